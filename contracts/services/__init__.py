"""The one door to contracts, subscriptions and roles (N6.3, N7.2).

Every service that changes a date which a clock reads locks all people of the contract first, in the order of their
ids, and only then the contract: so does the purge, and neither can overlook the other.
"""

from contracts.services.holds import hold_contract
from contracts.services.life_cycle import (
    MandatoryDataMissing,
    call_off,
    change_contract,
    confirm,
    create_contract,
    pause,
    resume,
    terminate,
)
from contracts.services.locking import lock_contract
from contracts.services.numbers import NUMBERS, highest_number, next_number
from contracts.services.products import add_product, change_product
from contracts.services.roles import change_role, continue_role, mark_first_roles
from contracts.services.subscriptions import NewSubscription, move_subscription
from contracts.services.writing import NotAllowedNow

__all__ = [
    "NUMBERS",
    "MandatoryDataMissing",
    "NewSubscription",
    "NotAllowedNow",
    "add_product",
    "call_off",
    "change_contract",
    "change_product",
    "change_role",
    "confirm",
    "continue_role",
    "create_contract",
    "highest_number",
    "hold_contract",
    "lock_contract",
    "mark_first_roles",
    "move_subscription",
    "next_number",
    "pause",
    "resume",
    "terminate",
]
