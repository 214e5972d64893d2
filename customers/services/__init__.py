"""The one door to customers: every write names who does it, locks the people first, and is logged with it.

Numbers, names and contact details are checked here and by the database; nothing here deletes (retention does).
"""

from customers.services.basic import BASIC, change_basic, create_customer
from customers.services.contacts import add_medium, change_contact_details, continue_address, move_house
from customers.services.holds import lift_hold, place_hold
from customers.services.identity import IDENTITY_CODE, IdentityCodeTaken, find_by_identity_code
from customers.services.locking import ChangedMeanwhile, lock_customer, refuse_stale
from customers.services.numbers import NUMBERS, highest_number, next_number

__all__ = [
    "BASIC",
    "IDENTITY_CODE",
    "NUMBERS",
    "ChangedMeanwhile",
    "IdentityCodeTaken",
    "add_medium",
    "change_basic",
    "change_contact_details",
    "continue_address",
    "create_customer",
    "find_by_identity_code",
    "highest_number",
    "lift_hold",
    "lock_customer",
    "move_house",
    "next_number",
    "place_hold",
    "refuse_stale",
]
