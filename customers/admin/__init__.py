"""Customers on the staff site: to be read, by those whose other levels let them see customers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Hold
from ilonet_register.admin.base import PeopleAdmin
from ilonet_register.roles import May


@admin.register(Customer)
class CustomerAdmin(PeopleAdmin):
    """Names and numbers; addresses, phones and identity codes stand on the page in the office, behind its rules."""

    sees = May.SEE_CUSTOMER
    page = "office:customer"
    list_display = ("number", "display_name", "kind", "language", "their_page")
    fields = ("number", "display_name", "kind", "language", "masked_code", "non_disclosure", "their_page")
    readonly_fields = ("display_name", "masked_code", "their_page")
    list_filter = ("kind", "language")
    sortable_by = ()
    ordering = ("name_key", "pk")

    def get_fields(self, request: HttpRequest, obj: Customer | None = None) -> Any:
        may_see = request.user.has_perm(May.SEE_IDENTITY)
        return [name for name in self.fields if name != "masked_code" or may_see]

    @admin.display(description=_("identity code"))
    def masked_code(self, row: Customer) -> str:
        return row.identity_code.masked if row.identity_code else ""

    @admin.display(description=_("name"))
    def display_name(self, row: Customer) -> str:
        return row.display_name


@admin.register(Hold)
class HoldAdmin(PeopleAdmin):
    """What is prevented from being removed, and until when somebody is to look at it."""

    sees = May.SEE_CONTRACT
    page = "office:customer"
    list_display = ("customer_number", "reason", "review_on", "placed_at", "lifted_at", "their_page")
    fields = ("customer_number", "reason", "why", "review_on", "placed_at", "lifted_at", "their_page")
    readonly_fields = ("customer_number", "their_page")
    list_filter = ("reason",)
    list_select_related = ("customer",)
    sortable_by = ()
    ordering = ("review_on", "pk")

    @admin.display(description=_("customer"))
    def customer_number(self, row: Hold) -> str:
        return row.customer.number

    def page_of(self, row: Hold) -> Customer:
        return row.customer
