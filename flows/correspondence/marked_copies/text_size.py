"""How much room a text takes, because a file we write is not laid out before a person opens it."""

from __future__ import annotations

#: From here on characters are full-width, as far as Chinese text goes.
_FIRST_WIDE = "\u2e80"


def width_of(text: str) -> int:
    """In Latin characters; a Chinese one counts two."""
    return sum(2 if character >= _FIRST_WIDE or character in "“”‘’…—" else 1 for character in text)


def lines_needed(text: str, width: float) -> int:
    """Lines of a text that is wrapped at ``width`` Latin characters."""
    return sum(max(1, -(-width_of(line) // max(1, int(width)))) for line in text.split("\n"))
