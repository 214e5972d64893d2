"""Who the customers are, how to reach them, and what a person has decided about their records."""

from customers.models.contact import Address, ContactMedium
from customers.models.customer import Customer, IdentityCodeIndex
from customers.models.hold import Hold

__all__ = ["Address", "ContactMedium", "Customer", "Hold", "IdentityCodeIndex"]
