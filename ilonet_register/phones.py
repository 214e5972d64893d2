"""Phone numbers: any spelling that people use is kept as it was written; what cannot be dialled is none."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_SPELLING = re.compile(r"\+?[0-9 ()/.\-\u00a0]*", re.ASCII)
FEWEST, MOST = 5, 15
"""How many digits a number has: fifteen at most (E.164), five in the shortest service numbers."""


def check(text: str) -> None:
    """Raise ValidationError for what is no phone number."""
    if not (_SPELLING.fullmatch(text) and FEWEST <= sum(character.isdigit() for character in text) <= MOST):
        raise ValidationError(_("This is no phone number."))
