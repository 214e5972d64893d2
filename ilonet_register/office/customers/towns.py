"""The town of a postal code, as the register knows it from other addresses (screens.md 3.5)."""

from __future__ import annotations

from django.db.models import Count

from customers.models import Address
from ilonet_register.office.customers.matching import normalised


def town_of(postal_code: str) -> str:
    """Return the town that most addresses with this code are in; nothing when there is none."""
    code = normalised(postal_code)
    if not code:
        return ""
    rows = Address.objects.filter(postal_code=code, customer__non_disclosure=False).exclude(city="")
    towns = rows.values_list("city").annotate(times=Count("pk")).order_by("-times", "city")
    # One address alone could be somebody's only: a town is told when more than one person lives there.
    found = towns.first()
    return found[0] if found and found[1] > 1 else ""
