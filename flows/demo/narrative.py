"""工作进展 in the official manner, from the work point's own words and the month's figures."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from flows.demo.words import Words
from schemas import Period, Registry
from schemas.models import STATUS_NOT_APPLICABLE, STATUSES, Indicator, Kind, WorkPoint

#: Most figures that a sentence names.
_MOST = 6


def progress_row(
    registry: Registry,
    words: Words,
    point: WorkPoint,
    indicators: Sequence[Indicator],
    figures: Mapping[tuple[str, str], object],
    period: Period,
    rng: random.Random,
) -> dict[str, str]:
    """The fields that a unit fills in for one work point: status, progress, problems, evidence."""
    own = [i for i in indicators if i.work_point == point.code]
    talk = words.narrative
    opening = rng.choice(talk.openings).format(short=point.short, title=_inner_quotes(point.title))
    sentences = _sentences(words, own, figures, period)
    ledger = _ledger_behind(registry, own, figures)
    evidence = talk.evidence_in_ledger.format(ledger=ledger) if ledger else rng.choice(talk.evidence)
    return {
        "status": _status(own, figures),
        "progress": opening + "".join(sentences),
        "problems": rng.choice(talk.problems).format(short=point.short),
        "evidence": evidence,
    }


def _sentences(
    words: Words, own: Sequence[Indicator], figures: Mapping[tuple[str, str], object], period: Period
) -> list[str]:
    talk = words.narrative
    month = _items(words, own, figures, "month")
    year = _items(words, own, figures, "ytd")
    stocks = _items(words, own, figures, "stock")
    milestones = [
        talk.milestones[str(figures[i.code, "status"])].format(
            name=i.name, document=figures[i.code, "document"]
        )
        for i in own
        if i.kind is Kind.MILESTONE
    ]
    sentences = [talk.month.format(items=month)] if month else []
    if year and year != month:
        sentences.append(talk.year.format(items=year))
    if stocks:
        end = talk.end.format(month=period.month)
        sentences.append(talk.stocks.format(end=end, items=stocks))
    if milestones:
        sentences.append("；".join(milestones) + "。")
    return sentences if month or milestones else [talk.quiet, *sentences]


def _inner_quotes(title: str) -> str:
    """A title that is itself quoted: double quotes within become single ones."""
    return title.replace("“", "‘").replace("”", "’")


def _items(
    words: Words, own: Sequence[Indicator], figures: Mapping[tuple[str, str], object], measure: str
) -> str:
    """``商标恶意注册及囤积线索处置5件，其中立案2件``: the figures of a measure that are not zero."""
    text, inner, count = "", False, 0
    for indicator in own:
        value = figures.get((indicator.code, measure))
        if not isinstance(value, int | float) or value <= 0 or count == _MOST:
            continue
        name = indicator.name
        # A name that ends in its own unit of measure is said once: 参加人次 + 186人次.
        if len(indicator.unit) > 1:
            name = name.removesuffix(indicator.unit)
        part = name.startswith(words.narrative.part)
        if part and inner:
            name = name.removeprefix(words.narrative.part)
        joint = "，" if part and not inner else "、"
        shown = f"{value:.2f}".rstrip("0").rstrip(".") if indicator.is_amount else str(value)
        text += f"{joint if text else ''}{name}{shown}{indicator.unit}"
        inner, count = part, count + 1
    return text


def _ledger_behind(
    registry: Registry, own: Sequence[Indicator], figures: Mapping[tuple[str, str], object]
) -> str:
    codes = {i.code for i in own if figures.get((i.code, "month"))}
    names = [r.params["ledger"] for r in registry.counting if r.params["indicator"] in codes]
    return registry.ledger[names[0]].title if names else ""


def _status(own: Sequence[Indicator], figures: Mapping[tuple[str, str], object]) -> str:
    not_begun, under_way, done = STATUSES
    states = {str(figures[i.code, "status"]) for i in own if i.kind is Kind.MILESTONE}
    counted = any(i.kind in (Kind.FLOW, Kind.STOCK) for i in own)
    if states == {STATUS_NOT_APPLICABLE} and not counted:
        return STATUS_NOT_APPLICABLE
    if not counted and states <= {done, STATUS_NOT_APPLICABLE}:
        return done
    begun = any(figures.get((i.code, m)) for i in own for m in ("ytd", "stock"))
    return under_way if begun or states & {under_way, done} else not_begun
