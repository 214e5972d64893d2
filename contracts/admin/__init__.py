"""Products, kept on the staff site; contracts and subscriptions, to be read there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contracts import services
from contracts.models import Contract, Product, Role, Subscription
from contracts.queries import Status
from customers.models import Customer
from ilonet_register.admin.base import PeopleAdmin, ServiceAdmin
from ilonet_register.models import User
from ilonet_register.periods import today
from ilonet_register.roles import May


@admin.register(Product)
class ProductAdmin(ServiceAdmin):
    """What can be subscribed to."""

    sees = keeps = May.KEEP_REGISTERS
    list_display = ("name", "is_sold")
    list_filter = ("is_sold",)
    fields = ("name", "is_sold")
    ordering = ("name",)

    def save(self, pk: int | None, values: dict[str, Any], *, by: User) -> Product:
        if pk is None:
            return services.add_product(by=by, **values)
        return services.change_product(Product.objects.get(pk=pk), by=by, **values)


@admin.register(Contract)
class ContractAdmin(PeopleAdmin):
    """Contracts with their state today and who owns them; changed on the page of the owner."""

    sees = May.SEE_CONTRACT
    page = "office:customer"
    list_display = ("number", "status_word", "starts_on", "ends_on", "owner_number", "their_page")
    fields = (
        "number",
        "status_word",
        "seller",
        "signed_on",
        "starts_on",
        "terminated_on",
        "ends_on",
        "owner_number",
        "their_page",
    )
    readonly_fields = ("status_word", "owner_number", "their_page")
    list_filter = ("state",)
    sortable_by = ()
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contract]:
        return Contract.objects.with_status(on=today()).prefetch_related("roles__customer")

    @admin.display(description=_("state"))
    def status_word(self, row: Any) -> str:
        return str(Status(row.status).label)

    @admin.display(description=_("owner"))
    def owner_number(self, row: Contract) -> str:
        owner = self.page_of(row)
        return owner.number if owner else ""

    def page_of(self, row: Contract) -> Customer | None:
        return newest_owner(row)


@admin.register(Subscription)
class SubscriptionAdmin(PeopleAdmin):
    """Subscriptions by number; where they are delivered stands on the page in the office."""

    sees = May.SEE_CONTRACT
    page = "office:customer"
    list_display = ("number", "contract", "product", "their_page")
    fields = ("number", "contract", "product", "their_page")
    readonly_fields = ("their_page",)
    list_select_related = ("contract", "product")
    sortable_by = ()
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("contract__roles__customer")

    def page_of(self, row: Subscription) -> Customer | None:
        return newest_owner(row.contract)


def newest_owner(contract: Contract) -> Customer | None:
    """Return whose page leads to the contract: who owned it last, of roles that were fetched with it."""
    owners = [role for role in contract.roles.all() if role.kind == Role.Kind.OWNER]
    newest = max(owners, key=lambda role: (role.from_on is not None, role.from_on, role.pk), default=None)
    return newest.customer if newest else None
