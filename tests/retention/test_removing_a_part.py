"""A single part of a record, such as a wrong phone number, goes by the same eraser, with proof."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from customers import services as customers
from customers.models import ContactMedium
from ilonet_register import ledger
from ilonet_register.locks import Removed
from ilonet_register.models import LogContent, LogEntry, User
from ilonet_register.services import NotAllowed
from retention import services
from retention.models import Evidence
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


def take_away(row: Any, *, by: User, on: dt.date) -> None:
    with services.removing(by=by):
        services.remove_part(row, by=by, on=on)


def phone() -> ContactMedium:
    return make_customer().contact_media.get()


def test_it_goes_with_what_the_log_said_of_it_and_stays_on_record_as_removed() -> None:
    wrong = phone()
    take_away(wrong, by=User.objects.console(), on=ON)
    assert not ContactMedium.objects.exists()
    assert "050 000 0000" not in str(list(LogContent.objects.values_list("content", flat=True)))
    assert LogEntry.objects.filter(event="contactmedium.removed", object_uuid=wrong.uuid).count() == 1
    proof = Evidence.objects.get()
    assert (proof.run, proof.counts["contactmedium"]) == (None, 1)
    (entry,) = ledger.entries()
    assert entry.payload.as_content()["kind"] == "erased"


def test_a_hold_of_the_person_prevents_it() -> None:
    wrong = phone()
    customers.place_hold(wrong.customer, by=User.objects.console(), reason="dispute", review_on=ON)
    with pytest.raises(services.Held):
        take_away(wrong, by=User.objects.console(), on=ON)
    assert ContactMedium.objects.count() == 1


def test_who_may_not_change_customers_may_not_remove_a_part() -> None:
    wrong = phone()
    nobody = User(email="nobody@example.fi", name="Nobody")
    User.objects.bulk_create([nobody])
    with pytest.raises(NotAllowed):
        take_away(wrong, by=nobody, on=ON)
    assert ContactMedium.objects.count() == 1


def test_what_is_gone_already_is_said_to_be_gone() -> None:
    wrong = phone()
    take_away(wrong, by=User.objects.console(), on=ON)
    with pytest.raises(Removed):
        take_away(wrong, by=User.objects.console(), on=ON)


def test_a_record_of_its_own_is_no_part() -> None:
    with pytest.raises(TypeError):
        take_away(make_contract(make_customer()), by=User.objects.console(), on=ON)
