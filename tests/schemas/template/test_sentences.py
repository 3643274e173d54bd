"""The words that a sentence of report.yaml may use are those that its writer gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openpyxl.worksheet.worksheet import Worksheet

from schemas import Registry
from schemas.form import Prompt
from schemas.sentences import PROMPTS, SENTENCES
from schemas.template import lay_out
from schemas.template.workbook import draw
from tests.schemas.template.conftest import PERIOD, UNITS, sample_checks


def worded(registry: Registry, prompts: Mapping[str, str], sentences: Mapping[str, object]) -> Registry:
    """The registry with these sentences and prompts, and a bound on one indicator."""
    said = {kind: Prompt(hint=text, refusal=text) for kind, text in prompts.items()}
    wording = registry.form.wording.model_copy(update={**sentences, "prompts": said})
    indicators = tuple(
        i.model_copy(update={"maximum": 9.0}) if i.code == "1101" else i for i in registry.indicators
    )
    form = registry.form.model_copy(update={"wording": wording})
    return registry.model_copy(update={"form": form, "indicators": indicators})


def sheets(registry: Registry) -> Iterator[Worksheet]:
    for name in UNITS:
        layout = lay_out(registry, registry.unit_by_name[name], PERIOD)
        yield from draw(layout, sample_checks(layout))


def all_of(words: tuple[str, ...]) -> str:
    return "　".join(f"{{{word}}}" for word in words)


def test_every_word_that_a_sentence_may_use_is_given_by_its_writer(registry: Registry) -> None:
    """What is proved at loading is printed without a word left open, for every type of unit."""
    sentences = {name: all_of(words) for name, words in SENTENCES.items()}
    notes = {"cover_notes": (sentences["cover_notes"],)}
    wordy = worded(registry, {kind: all_of(words) for kind, words in PROMPTS.items()}, sentences | notes)
    for sheet in sheets(wordy):
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        texts += [t for v in sheet.data_validations.dataValidation for t in (v.prompt, v.error)]
        assert not [text for text in texts if "{" in text], sheet.title


def test_every_kind_of_prompt_is_said_beside_some_input(registry: Registry) -> None:
    """A kind that no input asks for would be words that nobody reads."""
    marked = worded(registry, {kind: kind for kind in PROMPTS}, {})
    assert {v.prompt for s in sheets(marked) for v in s.data_validations.dataValidation} == PROMPTS.keys()
