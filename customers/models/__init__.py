"""Who the customers are, how to reach them, and what a person has decided about their records."""

from customers.models.contact import PLACE, Address, ContactMedium
from customers.models.customer import Customer, IdentityCodeIndex
from customers.models.hold import Hold

__all__ = ["PLACE", "Address", "ContactMedium", "Customer", "Hold", "IdentityCodeIndex"]
