"""Invented identifiers with right check characters."""

from __future__ import annotations

import random

from validations.fields.identifiers import patent_check

#: GB 11714: weights of an organisation code's eight characters.
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
#: Inventions, utility models, designs; the first two are what is transferred and pledged.
_PATENT_KINDS = "122"


def credit_code(rng: random.Random, region: str) -> str:
    """A 统一社会信用代码 of an enterprise (91…) registered in the six-digit ``region``.

    Both check characters are right: the organisation code's (GB 11714) within it and its own
    (GB 32100-2015).
    """
    from stdnum.cn import uscc

    lead = rng.choice(("MA4", "MA9", f"{rng.randrange(57, 80)}{rng.randrange(10)}"))
    body = lead + "".join(rng.choice("0123456789") for _ in range(8 - len(lead)))
    start = f"91{region}{body}{_organisation_check(body)}"
    return start + str(uscc.calc_check_digit(start))


def _organisation_check(body: str) -> str:
    total = sum(int(c, 36) * weight for c, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[(11 - total % 11)]


def patent_number(rng: random.Random, year: int, serial: int) -> str:
    """A patent number ``ZL202110123456.7`` of an application of that year; ``serial`` below 10 million."""
    digits = f"{year}{rng.choice(_PATENT_KINDS)}{serial:07d}"
    return f"ZL{digits}.{patent_check(digits)}"
