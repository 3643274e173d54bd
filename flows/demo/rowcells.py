"""One ledger row drawn column by column, from the column's type and its recipe."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.demo.draws import amount, weekday, weighted
from flows.demo.enterprises import Enterprise
from flows.demo.identifiers import patent_number
from flows.demo.words import Recipe, Words
from schemas.models import Column, Ledger

#: What a cell may hold; None leaves it blank.
Value = float | int | str | dt.date | None
Row = dict[str, Any]  # column -> Value, typed loosely because each column knows its own


@dataclass(frozen=True)
class Scene:
    """What a row may speak of. ``unit_no`` counts from 1 among ``unit_count`` units."""

    words: Words
    place: str
    city: str
    unit: str
    year: int
    unit_no: int
    unit_count: int


def draw_row(
    scene: Scene,
    ledger: Ledger,
    where: Mapping[str, str],
    rng: random.Random,
    days: tuple[dt.date, dt.date],
    enterprise: Enterprise,
) -> Row:
    """A row that has the values of ``where``, opened within ``days``; numbered columns are empty yet."""
    row: Row = dict(where)
    yes_no = scene.words.yes_no
    closing = {column.unless for column in ledger.columns if column.unless}
    for column in ledger.columns:
        if column.type == "choice" and column.name not in row:
            weights = scene.words.recipe(ledger.name, column.name).weights
            row[column.name] = weighted(rng, weights or dict.fromkeys(column.choices, 1.0))
        elif column.type == "yes_no" and column.name not in row:
            row[column.name] = yes_no.yes if rng.random() < yes_no.chance else yes_no.no
        elif column.type == "date" and column.name not in closing:
            row[column.name] = weekday(rng, *days)
    for opening in ledger.columns:
        if opening.unless:
            closes = rng.random() < scene.words.recipe(ledger.name, opening.unless).share
            row[opening.unless] = weekday(rng, row[opening.name], days[1]) if closes else None
    return finish_row(scene, ledger, row, rng, enterprise, fixed=where)


def finish_row(
    scene: Scene,
    ledger: Ledger,
    row: Row,
    rng: random.Random,
    enterprise: Enterprise,
    fixed: Mapping[str, str],
) -> Row:
    """The row with its columns agreeing among themselves and the missing ones filled."""
    _settle(scene.words, ledger, row, rng, fixed)
    for column in ledger.columns:
        if column.name not in row:
            recipe = scene.words.recipe(ledger.name, column.name)
            empty = not column.required and rng.random() < recipe.blank
            waits = recipe.needs != "" and row.get(recipe.needs) is None
            row[column.name] = None if empty or waits else _value(scene, column, recipe, row, rng, enterprise)
    return {column.name: row[column.name] for column in ledger.columns}


def _settle(words: Words, ledger: Ledger, row: Row, rng: random.Random, fixed: Mapping[str, str]) -> None:
    for rule in words.settles(ledger.name):
        if all(_fits(row.get(name), wanted) for name, wanted in rule.when.items()):
            drawn = {name: weighted(rng, weights) for name, weights in rule.pick.items()}
            row.update({**rule.then, **drawn, **fixed})


def _fits(value: object, wanted: bool | str) -> bool:
    return (value is not None) is wanted if isinstance(wanted, bool) else value == wanted


def is_numbered(recipe: Recipe, column: Column) -> bool:
    """Whether the column counts up through the year: its text follows once the rows are in order."""
    return column.type == "text" and ("{serial" in recipe.pattern or not (recipe.pattern or recipe.words))


def numbered(scene: Scene, recipe: Recipe, column: Column, serial: int) -> str:
    pattern = recipe.pattern or column.title + "{serial}"
    return pattern.format(place=scene.place, year=scene.year, unit_no=scene.unit_no, serial=serial)


def _value(
    scene: Scene, column: Column, recipe: Recipe, row: Row, rng: random.Random, enterprise: Enterprise
) -> str | float:
    match column.type:
        case "uscc":
            return enterprise.credit_code
        case "patent":
            # Each unit numbers in a stripe of its own, so that no two units claim one patent.
            serial = rng.randrange(10_000_000 // scene.unit_count) * scene.unit_count + scene.unit_no - 1
            return patent_number(rng, scene.year - rng.randint(1, 5), serial)
        case "amount":
            return amount(rng, *recipe.amount)
        case "count":
            return rng.randint(*recipe.ranges.get(str(row.get(recipe.by)), recipe.range))
        case _:
            return "" if is_numbered(recipe, column) else _text(scene, recipe, row, rng, enterprise)


def _text(scene: Scene, recipe: Recipe, row: Row, rng: random.Random, enterprise: Enterprise) -> str:
    options = recipe.words
    if isinstance(options, Mapping):
        options = options.get(str(row.get(recipe.by)), ())
    pattern = rng.choice(options) if options else recipe.pattern
    known = {
        "place": scene.place,
        "city": scene.city,
        "unit": scene.unit,
        "enterprise": enterprise.name,
        "number": rng.randint(1, 288),
    }
    picked = {
        name: rng.choice(choices).format(**known)
        for name, choices in scene.words.picks.items()
        if f"{{{name}}}" in pattern
    }
    return pattern.format(**known, **picked)
