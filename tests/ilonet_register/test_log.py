"""A change made by a service is in the log: who, to whom, what, with a digest that tells nothing later (N9.3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from contracts import services as contracts
from customers import services
from customers.models import Address, ContactMedium, Customer
from ilonet_register import audit
from ilonet_register.audit import NobodyActs, acting, current
from ilonet_register.models import LogContent, LogEntry, User
from tests import people

pytestmark = pytest.mark.django_db
NEW_CODE = "150782-904M"


def since(last: int) -> list[LogEntry]:
    return list(LogEntry.objects.filter(pk__gt=last).order_by("pk"))


def last_entry() -> int:
    return LogEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def everything_logged() -> str:
    """All words of both tables of the log; their random bytes could hold any six digits by chance."""
    entries = LogEntry.objects.values_list("event", "purpose", "object_pk", "content__content")
    return "\n".join(str(values) for values in entries)


def changes_of(entry: LogEntry) -> dict[str, Any]:
    found: dict[str, Any] = entry.content.content["changes"]
    return found


# --- what an entry says ----------------------------------------------------------------------------------------------


def test_a_change_has_its_actor_its_person_its_root_and_its_content() -> None:
    aino, clerk = people.fibre_customer(), people.clerk()
    last = last_entry()
    services.change_basic(aino, by=clerk, values={"occupation": "metsuri", "language": "sv"})
    (entry,) = since(last)
    assert (entry.event, entry.action) == ("customer.changed", LogEntry.Action.UPDATE)
    assert (entry.actor_id, entry.subjects, entry.root) == (clerk.pk, [aino.uuid], aino.uuid)
    assert (entry.object_id, entry.object_pk, entry.object_uuid) == (aino.pk, str(aino.pk), aino.uuid)
    assert changes_of(entry) == {"occupation": ["", "metsuri"], "language": ["fi", "sv"]}


def test_the_digest_is_keyed_with_the_salt_of_its_own_content() -> None:
    aino, clerk = people.fibre_customer(), people.clerk()
    for occupation in ("metsuri", "opettaja", "metsuri"):
        services.change_basic(aino, by=clerk, values={"occupation": occupation})
    rows = list(LogContent.objects.select_related("entry"))
    assert len(rows) > 3
    for row in rows:
        canonical = json.dumps(row.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert bytes(row.entry.digest) == hmac.digest(bytes(row.salt), canonical, hashlib.sha256)
        assert len(bytes(row.salt)) == 32
    assert len({bytes(row.salt) for row in rows}) == len(rows), "no two contents share a salt"


def test_content_that_reads_the_same_has_the_same_canonical_bytes() -> None:
    first = {"b": [1, "ä"], "a": {"z": None, "y": True}}
    second = {"a": {"y": True, "z": None}, "b": [1, "ä"]}
    assert audit.canonical(first) == audit.canonical(second) == '{"a":{"y":true,"z":null},"b":[1,"ä"]}'.encode()


def test_an_entry_without_content_has_no_digest() -> None:
    with acting(User.objects.console()):
        entry = audit.record("test.happened")
    assert entry.digest is None
    assert not LogContent.objects.filter(entry=entry).exists()


def test_the_entry_itself_holds_no_value() -> None:
    people.fibre_customer()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM ilonet_register_logentry e")
        (entries,) = cursor.fetchone()
    for value in ("Määttä", "Aino", "Pogostantie", "211 5938", "aino.maatta", people.FIBRE_CODE, "10234"):
        assert value not in entries


def test_a_change_of_what_is_shared_names_all_its_people() -> None:
    cast = people.cast()
    contract = people.contract_of(cast.aino, payer=cast.leipomo)
    last = last_entry()
    contracts.change_contract(contract, by=people.clerk(), values={"seller": "Toinen"})
    (entry,) = [entry for entry in since(last) if entry.event == "contract.changed"]
    assert set(entry.subjects) == {cast.aino.uuid, cast.leipomo.uuid}
    assert entry.root == contract.uuid


def test_a_part_is_found_under_the_row_it_goes_with() -> None:
    aino = people.fibre_customer()
    last = last_entry()
    services.add_medium(aino, by=people.clerk(), kind="phone", value="044 100 2000")
    (entry,) = [entry for entry in since(last) if entry.event == "contactmedium.created"]
    assert (entry.subjects, entry.root) == ([aino.uuid], aino.uuid)
    assert entry.object_uuid == ContactMedium.objects.get(value="044 100 2000").uuid


def test_a_change_that_fails_leaves_no_entry() -> None:
    aino, clerk = people.fibre_customer(), people.clerk()
    last = last_entry()
    with transaction.atomic():
        services.change_basic(aino, by=clerk, values={"language": "sv"})
        transaction.set_rollback(True)
    assert since(last) == []


# --- what it does not say --------------------------------------------------------------------------------------------


def test_a_changed_identity_code_is_told_without_the_old_or_the_new() -> None:
    aino, clerk = people.fibre_customer(), people.clerk()
    last = last_entry()
    services.change_basic(aino, by=clerk, values={}, identity_code=NEW_CODE)
    services.change_basic(aino, by=clerk, values={}, identity_code="")
    assert [(entry.event, entry.actor_id) for entry in since(last)] == [("customer.identity_code.set", clerk.pk)] * 2
    logged = everything_logged()
    for code in (people.FIBRE_CODE, NEW_CODE):
        for part in (code, code[:6], code[-4:]):
            assert part not in logged
    assert "'identity_code'" not in logged, "not even the sealed value"


def test_a_birth_date_is_told_without_the_old_or_the_new() -> None:
    pekka, clerk = people.neighbour(), people.clerk()
    last = last_entry()
    services.change_basic(pekka, by=clerk, values={"birth_date": dt.date(1962, 3, 4)})
    (entry,) = since(last)
    assert changes_of(entry) == {"birth_date": ["*", "*"]}


def test_the_password_is_in_no_entry() -> None:
    clerk = people.clerk()
    assert clerk.password
    assert clerk.password not in everything_logged()
    assert "password" not in everything_logged()


def test_entries_copy_only_fields_that_are_declared_and_may_be_shown() -> None:
    people.cast()
    services.place_hold(Customer.objects.first(), by=people.clerk(), reason="debt", review_on=dt.date(2027, 1, 1))  # type: ignore[arg-type]
    seen = 0
    for content in LogContent.objects.select_related("entry__content_type"):
        model = content.entry.content_type.model_class()
        changes = content.content.get("changes", {})
        declared = audit.registry.of(model)
        assert set(changes) <= set(audit.diffed_fields(declared)), model
        for name, values in changes.items():
            if name in declared.fields and declared.fields[name].masked:
                assert set(values) <= {"", "*"}, (model, name)
        seen += len(changes)
    assert seen > 50
    of_customer = set(audit.diffed_fields(audit.registry.of(Customer)))
    assert "last_name" in of_customer
    assert not {"identity_code", "name_key", "uuid", "version"} & of_customer


# --- in whose name ---------------------------------------------------------------------------------------------------


def test_a_declared_row_cannot_be_written_while_nobody_acts() -> None:
    aino = people.fibre_customer()
    aino.occupation = "metsuri"
    with pytest.raises(NobodyActs), transaction.atomic():
        aino.save()
    with pytest.raises(NobodyActs), transaction.atomic():
        Address(customer=aino, kind="contact", city="Eno").save()
    with pytest.raises(NobodyActs):
        audit.record("test.happened")
    assert Customer.objects.get(pk=aino.pk).occupation == ""


def test_who_acted_before_acts_again_afterwards() -> None:
    outer, inner = people.clerk(), people.clerk()
    with acting(outer, remote_addr="203.0.113.7", purpose="a case"):
        with acting(inner) as act:
            assert current().by == inner
            assert (act.remote_addr, act.purpose) == ("203.0.113.7", "a case"), "where it comes from stays"
        first = audit.record("test.after")
        with pytest.raises(RuntimeError), acting(inner):
            raise RuntimeError
        second = audit.record("test.after_a_fault")
    assert {first.actor_id, second.actor_id} == {outer.pk}
    with pytest.raises(NobodyActs):
        current()


def test_what_belongs_together_has_one_number() -> None:
    with acting(people.clerk()):
        first = audit.record("test.first")
        with acting(people.clerk()):
            second = audit.record("test.second")
    with acting(people.clerk()):
        third = audit.record("test.third")
    assert first.cid == second.cid != third.cid


def test_a_read_names_the_reader_and_whom_it_was_about() -> None:
    subject, clerk = uuid4(), people.clerk()
    with acting(User.objects.console()):
        entry = audit.record_read("test.read", by=clerk, subjects=[subject], why="a call")
    entry.refresh_from_db()
    assert (entry.actor_id, entry.subjects, entry.purpose) == (clerk.pk, [subject], "a call")
    assert entry.action == LogEntry.Action.ACCESS
