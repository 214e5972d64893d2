"""Finnish business IDs (Y-tunnus) of organisations and sole traders."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NotValid
from stdnum.fi import ytunnus

# Six digits only with the hyphen: without it they would be an ID whose last digit was lost.
_FORM = re.compile(r"(\d{7}(?=-?\d$)|\d{6}(?=-))-?(\d)", re.ASCII)


class InvalidBusinessId(ValidationError):
    """The text is no business ID. Says why, never which text it was: a sole trader's is personal."""


def clean(text: str) -> str:
    """Return the business ID in its one spelling, `1234567-8`.

    Spaces around it and a missing hyphen are mended; the six digits of IDs given before 1978 get their zero.
    InvalidBusinessId with the reason when the text is no business ID.
    """
    match = _FORM.fullmatch(text.strip().replace("\N{EN DASH}", "-"))
    if match is None or not int(match[1]):
        raise InvalidBusinessId(_("A business ID has seven digits, a hyphen and a check digit."), code="form")
    number, check = match.groups()
    try:
        return ytunnus.format(ytunnus.validate(number.zfill(7) + check))
    except InvalidChecksum:
        # Without a chained exception: a report of it must not show the text.
        reason = _("The check digit of the business ID does not match: check it for a typing error.")
        raise InvalidBusinessId(reason, code="check") from None
    except NotValid:
        raise InvalidBusinessId(_("There is no such business ID."), code="form") from None
