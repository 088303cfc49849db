"""Pure: the share of the marks that one option earns or costs, as question files write it in percent.

Files round (33.33333 for a third); only the shares that such systems know are taken, and each is kept exactly.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.formats.exchanged import Fault

_POSITIVE = (
    *(Fraction(1, n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20)),
    *(Fraction(9, 10), Fraction(5, 6), Fraction(4, 5), Fraction(3, 4), Fraction(7, 10)),
    *(Fraction(2, 3), Fraction(3, 5), Fraction(2, 5), Fraction(3, 10)),
)
LEGAL = frozenset({Fraction(0), *_POSITIVE, *(-share for share in _POSITIVE)})
PERCENT = r"[-+]?[0-9]{1,3}(?:[.,][0-9]{0,12})?"
_ROUNDED, _MEANT = Fraction(1, 100), Fraction(1, 2)  # percentage points


def share_of(percent: str) -> tuple[Fraction, str]:
    """The exact share behind a percentage, and a note when it is not merely a rounded one.

    Raises Fault for what is no number or lies more than half a point off every share that is known.
    """
    text = percent.strip().replace(",", ".")
    if not re.fullmatch(PERCENT, text):
        raise Fault(_("“%(text)s” is not a weight in percent.") % {"text": percent.strip()[:40]})
    value = Fraction(Decimal(text))
    nearest = min(LEGAL, key=lambda share: (abs(share * 100 - value), share))
    off = abs(nearest * 100 - value)
    if off > _MEANT:
        raise Fault(
            _("A weight of %(percent)s percent is not known: take 100, 50, 33.33333, 25, 20 and the like.")
            % {"percent": text}
        )
    if off <= _ROUNDED:
        return nearest, ""
    return nearest, _("a weight of %(percent)s percent was read as %(share)s") % {"percent": text, "share": nearest}


def percent_of(share: Fraction) -> str:
    """As files write it: at most five decimals, none that say nothing."""
    value = (Decimal(share.numerator) * 100 / Decimal(share.denominator)).quantize(Decimal("0.00001"), ROUND_HALF_UP)
    text = f"{value:f}".rstrip("0").rstrip(".")
    return text or "0"


def even_shares(right: list[bool]) -> list[Fraction]:
    """The rule of our own questions: each right option earns an even share, each wrong one costs one."""
    gains, costs = sum(right), len(right) - sum(right)
    return [Fraction(1, gains) if is_right else Fraction(-1, costs) for is_right in right]
