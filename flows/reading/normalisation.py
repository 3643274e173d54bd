"""The normalisation rules of ``normalisation.yaml``, compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Substitution:
    why: str
    when: re.Pattern[str] | None
    replace: re.Pattern[str]
    by: str
    upper: bool

    def on(self, text: str) -> str:
        """The text with the rule applied, or as it was."""
        if self.when is not None and self.when.fullmatch(text) is None:
            return text
        if self.upper:
            return self.replace.sub(lambda match: match[0].upper(), text)
        return self.replace.sub(self.by, text)


@dataclass(frozen=True)
class Rules:
    """``raw`` is the file as read; the rest is what reading needs of it, compiled."""

    raw: Mapping[str, Any]
    characters: Mapping[int, int | None]
    invisible: Mapping[int, None]
    words: Mapping[str, str]  # word -> zero, missing or not_applicable
    around_units: re.Pattern[str]
    no_explanation: re.Pattern[str]
    number: tuple[Substitution, ...]
    identifier: tuple[Substitution, ...]
    date: tuple[re.Pattern[str], ...]
    period: tuple[re.Pattern[str], ...]
    date_time: re.Pattern[str]
    yes_no: Mapping[str, str]
    ignored_in_choice: re.Pattern[str]
    lost_precision: re.Pattern[str]
    total_row: re.Pattern[str]
    subtotal_row: re.Pattern[str]
    running_row: re.Pattern[str]
    note_row: re.Pattern[str]
    signed_row: re.Pattern[str]
    error_text: re.Pattern[str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    raw = yaml.safe_load(Path(__file__).with_name("normalisation.yaml").read_text("utf-8"))
    wide = raw["characters"]
    invisible = dict.fromkeys(map(ord, raw["invisible"]["characters"]))
    return Rules(
        raw=raw,
        characters={ord(a): ord(b) for a, b in zip(wide["from"], wide["to"], strict=True)} | invisible,
        invisible=invisible,
        words={word: meaning for meaning, words in raw["words"].items() for word in words},
        around_units=re.compile(raw["unit_words"]["around"]),
        no_explanation=re.compile(raw["no_explanation"]["form"]),
        number=tuple(_substitution(entry) for entry in raw["number"]),
        identifier=tuple(_substitution(entry) for entry in raw["identifier"]),
        date=tuple(re.compile(entry["form"]) for entry in raw["date"]),
        period=tuple(re.compile(entry["form"]) for entry in raw["period"]),
        date_time=re.compile(raw["date_time"] + "$"),
        yes_no={word: meaning for meaning in ("是", "否") for word in raw["yes_no"][meaning]},
        ignored_in_choice=re.compile(raw["choice"]["ignore"]),
        lost_precision=re.compile(raw["lost_precision"]),
        total_row=re.compile(raw["total_row"]),
        subtotal_row=re.compile(raw["subtotal_row"]),
        running_row=re.compile(raw["running_row"]),
        note_row=re.compile(raw["note_row"], re.DOTALL),
        signed_row=re.compile(raw["signed_row"], re.DOTALL),
        error_text=re.compile(raw["error_text"], re.IGNORECASE),
    )


def _substitution(entry: Mapping[str, Any]) -> Substitution:
    return Substitution(
        why=entry["why"],
        when=re.compile(entry["when"], re.DOTALL) if "when" in entry else None,
        replace=re.compile(entry["replace"]),
        by=entry.get("by", ""),
        upper=entry.get("upper", False),
    )
