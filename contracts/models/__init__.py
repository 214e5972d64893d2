"""What customers bought, and who is what in it."""

from contracts.models.catalogue import Product
from contracts.models.contract import Contract, Subscription
from contracts.models.role import Role

__all__ = ["Contract", "Product", "Role", "Subscription"]
