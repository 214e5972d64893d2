"""The catalogue: what can be subscribed to (N6.3)."""

from __future__ import annotations

from django.db import transaction

from contracts.models import Product
from ilonet_register import audit
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@transaction.atomic
def add_product(*, by: User, name: str, is_sold: bool = True) -> Product:
    """Add a product. Raises ValidationError when one has this name, whatever its case."""
    require(by, May.KEEP_REGISTERS)
    product = Product(name=" ".join(name.split()), is_sold=is_sold)
    return _saved(product, "product.added", by)


@transaction.atomic
def change_product(product: Product, *, by: User, name: str | None = None, is_sold: bool | None = None) -> Product:
    """Rename a product, or say whether it is still sold; what is not given stays as it is now."""
    require(by, May.KEEP_REGISTERS)
    product = Product.objects.select_for_update().get(pk=product.pk)
    if name is not None:
        product.name = " ".join(name.split())
    if is_sold is not None:
        product.is_sold = is_sold
    return _saved(product, "product.changed", by)


def _saved(product: Product, event: str, by: User) -> Product:
    product.full_clean()
    product.save()
    with audit.acting(by):
        audit.record(event, obj=product, action=1, content={"name": product.name, "is_sold": product.is_sold})
    return product
