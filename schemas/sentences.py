"""Proves that the sentences of ``report.yaml`` use only the placeholders that the template fills in.

The sheets of ``schemas/template`` fill them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from string import Formatter

from schemas.errors import RegistryError
from schemas.form import Wording
from schemas.models import SEVERITY_TITLES

_FILE = "report.yaml"
_MARKS = (*SEVERITY_TITLES, "explanation")
_VERDICT = ("count", *_MARKS)
#: Sentence of ``wording`` -> the placeholders it may use; any other sentence has none.
SENTENCES: Mapping[str, tuple[str, ...]] = {
    "title": ("notice",),
    "subtitle": ("unit", "period"),
    "cover_notes": ("not_applicable", "checks", "due", *_MARKS),
    "figures_hint": ("not_applicable",),
    "ledger_hint": ("period",),
    "checks_hint": ("broken", "open", *_MARKS),
    "verdict_errors": _VERDICT,
    "verdict_queries": _VERDICT,
    "verdict_open": _VERDICT,
}
_FIGURE = ("definition", "unit", "decimals", "maximum", "not_applicable")
_TEXT, _CHOICE = ("title", "limit"), ("title", "definition", "choices")
_DATE, _MEASURED = ("title", "start", "end"), ("title", "unit")
#: Kind of input -> the placeholders of its hint and refusal.
PROMPTS: Mapping[str, tuple[str, ...]] = {
    "figure_count": _FIGURE,
    "figure_amount": _FIGURE,
    "figure_bounded": _FIGURE,
    "status": _CHOICE,
    "choice": _CHOICE,
    "document": _TEXT,
    "explanation": _TEXT,
    "text": _TEXT,
    "key": _TEXT,
    "completed_on": _DATE,
    "date_on": _DATE,
    "date_within": _DATE,
    "date_until": _DATE,
    "amount": _MEASURED,
    "count": _MEASURED,
    "uscc": _MEASURED,
    "patent": _MEASURED,
}
#: Sentences that become texts in a formula; Excel allows no quotes in them and 255 characters.
_IN_FORMULA = ("verdict_errors", "verdict_queries", "verdict_open", "verdict_holds")
_LONGEST = 255


def prove_sentences(wording: Wording) -> None:
    """Raises :class:`RegistryError` for the first sentence that the template could not fill in."""
    prove_keys("wording.prompts", wording.prompts, PROMPTS)
    prove_keys("wording.consequences", wording.consequences, SEVERITY_TITLES)
    for key, sentence, words in _sentences(wording):
        _prove(f"wording.{key}", sentence, words)
    for name in _IN_FORMULA:
        _prove_in_formula(
            f"wording.{name}", getattr(wording, name), counts="count" in SENTENCES.get(name, ())
        )


def prove_keys(key: str, names: Iterable[str], required: Iterable[str]) -> None:
    """Raises :class:`RegistryError` unless ``names`` are exactly those ``required``.

    Reports an unknown name before a missing one, because it is most often its misspelling.
    """
    names, required = list(names), list(required)
    for name in names:
        if name not in required:
            raise RegistryError(_FILE, f"{key}.{name}", f"不认识的项，应为 {'、'.join(required)} 之一")
    for name in required:
        if name not in names:
            raise RegistryError(_FILE, f"{key}.{name}", "缺少该项")


def _sentences(wording: Wording) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Key below ``wording``, sentence and allowed placeholders, of every sentence."""
    for name in type(wording).model_fields:
        value = getattr(wording, name)
        if isinstance(value, str):
            yield name, value, SENTENCES.get(name, ())
    for number, note in enumerate(wording.cover_notes, start=1):
        yield f"cover_notes.[{number}]", note, SENTENCES["cover_notes"]
    for kind, sentence in wording.consequences.items():
        yield f"consequences.{kind}", sentence, ()
    for kind, prompt in wording.prompts.items():
        yield f"prompts.{kind}.hint", prompt.hint, PROMPTS[kind]
        yield f"prompts.{kind}.refusal", prompt.refusal, PROMPTS[kind]


def _prove(key: str, sentence: str, words: tuple[str, ...]) -> None:
    for word, suffix in _placeholders(key, sentence):
        if word not in words:
            known = f"可用 {'、'.join(f'{{{name}}}' for name in words)}" if words else "这一句不用大括号"
            raise RegistryError(_FILE, key, f"不认识的 {{{word}}}，{known}")
        if suffix:
            raise RegistryError(_FILE, key, f"大括号里只写名字，应为 {{{word}}}")


def _placeholders(key: str, sentence: str) -> list[tuple[str, str]]:
    """Each placeholder in braces: its name, and its format and conversion, which must be empty."""
    try:
        parts = [part for part in Formatter().parse(sentence) if part[1] is not None]
    except ValueError as error:
        raise RegistryError(_FILE, key, f"大括号没有成对：{sentence}") from error
    return [(str(word), f"{spec or ''}{conversion or ''}") for _, word, spec, conversion in parts]


def _prove_in_formula(key: str, sentence: str, *, counts: bool) -> None:
    if '"' in sentence:
        raise RegistryError(_FILE, key, "不能含半角双引号，请用“”")
    if len(sentence) > _LONGEST:
        raise RegistryError(_FILE, key, f"不能超过 {_LONGEST} 字，现 {len(sentence)} 字")
    if counts and [word for word, _ in _placeholders(key, sentence)].count("count") != 1:
        raise RegistryError(_FILE, key, "要有一处且只有一处 {count}")
