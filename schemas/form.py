"""The report's form (``schemas/report.yaml``): sheets, headings, prompts and the words of the template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.base import MOST_DECIMALS, Frozen, Text, Whole


class Sheet(Frozen):
    """A sheet of the report, found again under its title or an alias."""

    title: Text
    aliases: tuple[Text, ...] = ()


class FormField(Frozen):
    """A cover field or a column of the report, found again under its title or an alias.

    ``measures`` are the figures that a column of 指标表 carries, one per kind of indicator.
    """

    name: Annotated[Text, StringConstraints(max_length=16)]  # as long as the register's column
    title: Text
    aliases: tuple[Text, ...] = ()
    prefilled: bool = False
    type: Literal["text", "date", "choice"] = "text"
    choices: tuple[Text, ...] = ()
    measures: tuple[str, ...] = ()
    limit: Whole = Field(default=200, gt=0, le=30000)  # the most characters that a text may have


class Prompt(Frozen):
    """What Excel says beside an input (``hint``) and when it refuses what was typed (``refusal``).

    Both may use the words that the template's writer gives for that kind of input.
    """

    hint: Text
    refusal: Text


class Wording(Frozen):
    """The sentences printed on the issued template; ``{words}`` are filled in when it is issued."""

    title: Text
    subtitle: Text
    cover_notes: tuple[Text, ...] = Field(min_length=1)
    figures_hint: Text
    progress_hint: Text
    ledger_hint: Text
    checks_hint: Text
    reference_hint: Text
    notes_hint: Text
    verdict_errors: Text  # the line on top of 自查, one of four
    verdict_queries: Text
    verdict_open: Text
    verdict_holds: Text
    verdict_none: Text  # where the unit has no relation that one file can show
    consequences: Mapping[str, Text]  # what a broken relation of each severity asks of the clerk
    yes_no: tuple[Text, Text]
    prompts: Mapping[str, Prompt]  # by kind of input


class Form(Frozen):
    """The form of a report (``schemas/report.yaml``), the same for every unit and year."""

    sheets: Mapping[str, Sheet]
    cover: tuple[FormField, ...]
    figures: tuple[FormField, ...]
    progress: tuple[FormField, ...]
    ledger_rows: Whole = Field(gt=0, le=2000)
    #: Unit of measure -> decimals of figures in it; what is not named is counted in whole numbers.
    decimals: Mapping[Text, Annotated[Whole, Field(ge=0, le=MOST_DECIMALS)]]
    wording: Wording

    @cached_property
    def column_of(self) -> Mapping[str, str]:
        """Measure -> name of the 指标表 column that carries it."""
        return {measure: field.name for field in self.figures for measure in field.measures}
