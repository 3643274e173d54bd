"""The sentences of ``report.yaml`` and the words that each may use: what its writer gives, and no others.

The writers are the sheets of ``schemas/template``.
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
#: Sentence of ``wording`` -> its words. What is not named here is printed as it stands.
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
#: Kind of input -> the words of what Excel says about it.
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
#: Sentences that become texts of a formula, which holds neither quotes nor more than this.
_IN_FORMULA = ("verdict_errors", "verdict_queries", "verdict_open", "verdict_holds")
_LONGEST = 255


def prove_sentences(wording: Wording) -> None:
    """Raises :class:`RegistryError` for the first sentence that its writer could not fill in."""
    prove_keys("wording.prompts", wording.prompts, PROMPTS)
    prove_keys("wording.consequences", wording.consequences, SEVERITY_TITLES)
    for key, sentence, words in _sentences(wording):
        _prove(f"wording.{key}", sentence, words)
    for name in _IN_FORMULA:
        _prove_in_formula(
            f"wording.{name}", getattr(wording, name), counts="count" in SENTENCES.get(name, ())
        )


def prove_keys(key: str, given: Iterable[str], wanted: Iterable[str]) -> None:
    """All that are wanted and no others: a misspelt one is named before the one it stands for."""
    given, wanted = list(given), list(wanted)
    for name in given:
        if name not in wanted:
            raise RegistryError(_FILE, f"{key}.{name}", f"不认识的项，应为 {'、'.join(wanted)} 之一")
    for name in wanted:
        if name not in given:
            raise RegistryError(_FILE, f"{key}.{name}", "缺少该项")


def _sentences(wording: Wording) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Key below ``wording``, sentence, words."""
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
    for word, how in _used(key, sentence):
        if word not in words:
            known = f"可用 {'、'.join(f'{{{one}}}' for one in words)}" if words else "这一句不用大括号"
            raise RegistryError(_FILE, key, f"不认识的 {{{word}}}，{known}")
        if how:
            raise RegistryError(_FILE, key, f"大括号里只写名字，应为 {{{word}}}")


def _used(key: str, sentence: str) -> list[tuple[str, str]]:
    """Each word in braces with whatever stands behind it."""
    try:
        parts = [part for part in Formatter().parse(sentence) if part[1] is not None]
    except ValueError as error:
        raise RegistryError(_FILE, key, f"大括号没有成对：{sentence}") from error
    return [(str(word), f"{how or ''}{conversion or ''}") for _, word, how, conversion in parts]


def _prove_in_formula(key: str, sentence: str, *, counts: bool) -> None:
    if '"' in sentence:
        raise RegistryError(_FILE, key, "不能含半角双引号，请用“”")
    if len(sentence) > _LONGEST:
        raise RegistryError(_FILE, key, f"不能超过 {_LONGEST} 字，现 {len(sentence)} 字")
    if counts and [word for word, _ in _used(key, sentence)].count("count") != 1:
        raise RegistryError(_FILE, key, "要有一处且只有一处 {count}")
