"""The ledger: keyed hashes of what was removed, in two mirrors (the design's "Ledger")."""

import base64
import datetime as dt
import json
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from ilonet_register import crypto, ledger
from ilonet_register.crypto.rings import add_key
from ilonet_register.ledger import BatchDiffers, Payload
from tests.ilonet_register.ledgers import BATCHES, NUMBER, ON, objects, payload, ship

pytestmark = pytest.mark.usefixtures("mirrors")


# --- writing ----------------------------------------------------------------------------------------------------


def test_a_batch_is_in_both_mirrors_under_its_writer_sequence_and_number(mirrors: tuple[Path, Path]) -> None:
    ship(1)
    ship(2)
    names = [f"00000001-{BATCHES[1]}.json", f"00000002-{BATCHES[2]}.json"]
    for mirror in mirrors:
        assert [file.name for file in objects(mirror)] == names
    assert objects(mirrors[0])[1].read_bytes() == objects(mirrors[1])[1].read_bytes()


def test_an_object_says_what_was_removed_and_follows_the_one_before(mirrors: tuple[Path, Path]) -> None:
    first = ship(1)
    ship(2)
    content = json.loads(objects(mirrors[0])[1].read_bytes())
    assert content["previous"] == first.sha256
    assert content["batch"] == str(BATCHES[2])
    assert content["payload"]["rule"] == "contracts"
    assert content["payload"]["on"] == "2026-11-18"
    assert content["payload"]["counts"] == {"contract": 1}


def test_no_number_is_in_an_object_only_its_keyed_hash(mirrors: tuple[Path, Path]) -> None:
    ledger.ship(batch=BATCHES[1], payload=payload("S-4711"))
    raw = objects(mirrors[0])[0].read_bytes()
    assert b"S-4711" not in raw
    assert ledger.digest(NUMBER, "S-4711").encode() in raw


def test_folders_and_objects_are_private_and_objects_are_not_writable(mirrors: tuple[Path, Path]) -> None:
    ship(1)
    for mirror in mirrors:
        assert mirror.stat().st_mode & 0o777 == 0o700
        assert (mirror / "main").stat().st_mode & 0o777 == 0o700
        assert objects(mirror)[0].stat().st_mode & 0o777 == 0o400


def test_a_batch_shipped_again_changes_nothing_whoever_ships_it(mirrors: tuple[Path, Path]) -> None:
    head = ship(1)
    assert ship(1) == head
    assert ship(1, writer="other") == head
    assert len(objects(mirrors[0])) == 1
    assert not (mirrors[0] / "other").exists()


def test_a_batch_with_another_content_is_refused() -> None:
    ship(1)
    with pytest.raises(BatchDiffers):
        ledger.ship(batch=BATCHES[1], payload=payload("S-2"))


def test_each_writer_has_a_chain_of_its_own() -> None:
    ship(1, writer="north")
    ship(2, writer="south")
    ship(3, writer="north")
    heads = ledger.verify()
    assert {name: head.sequence for name, head in heads.items()} == {"north": 2, "south": 1}


def test_a_value_in_place_of_a_hash_is_refused() -> None:
    bare = Payload(kind="purged", on=ON, hashes={NUMBER: ["S-4711"]})
    with pytest.raises(ValueError, match="keyed hashes only"):
        ledger.ship(batch=BATCHES[1], payload=bare)


@pytest.mark.parametrize("word", ["", "../first", "a/b", "Ä", ".hidden", "x" * 61])
def test_a_writer_or_kind_that_is_no_plain_word_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="short word"):
        ledger.ship(batch=BATCHES[1], payload=Payload(kind=word, on=ON))


def test_a_payload_comes_back_from_its_text_as_it_was() -> None:
    sent = Payload(
        kind="ended",
        on=ON,
        counts={"ä": 1},
        hashes={NUMBER: [ledger.digest(NUMBER, 1)]},
        facts=[{"purpose": "marketing", "on": "2026-11-18"}],
    )
    read = Payload.from_text(sent.as_text())
    assert read.as_text() == sent.as_text()
    assert read.digest() == sent.digest()
    assert read.digest() != payload().digest()


def test_a_payload_is_shipped_as_the_content_an_outbox_keeps(mirrors: tuple[Path, Path]) -> None:
    content = {"kind": "purged", "rule": "", "on": "2026-11-18", "counts": {}, "hashes": {}}
    head = ledger.ship(batch=BATCHES[1], payload=content)
    assert ledger.ship(batch=BATCHES[1], payload=Payload(kind="purged", on=ON)) == head
    with pytest.raises(TypeError):
        ledger.ship(batch=BATCHES[2], payload={**content, "unknown": 1})


# --- keyed hashes -----------------------------------------------------------------------------------------------


def test_a_uuid_and_its_text_have_one_hash() -> None:
    row = uuid4()
    assert ledger.digest("x.uuid", row) == ledger.digest("x.uuid", str(row))


def test_the_same_text_under_another_label_has_another_hash() -> None:
    assert ledger.digest(NUMBER, "1") != ledger.digest("customers.customer.number", "1")
    assert ledger.digest("a", "b\0c") != ledger.digest("a\0b", "d")


def test_a_number_removed_under_any_key_is_found(settings: Settings) -> None:
    ship(1)
    former = crypto.ring("ledger").key_ids
    add_key("ledger")
    assert len(crypto.ring("ledger").key_ids) == 2
    removed = {item.digest for item in ledger.hashes(["purged"], label=NUMBER)}
    assert removed & set(ledger.digests(NUMBER, "S-1"))
    assert not removed & set(ledger.digests(NUMBER, "S-2"))
    assert len(former) == 1


def test_hashes_tell_kind_label_date_and_batch() -> None:
    ship(1)
    ledger.ship(batch=BATCHES[2], payload=payload("S-9", kind="undone", on=dt.date(2026, 12, 1)))
    (item,) = ledger.hashes(["undone"])
    assert item == ledger.Removed("undone", NUMBER, ledger.digest(NUMBER, "S-9"), dt.date(2026, 12, 1), BATCHES[2])
    assert len(list(ledger.hashes())) == 2
    assert list(ledger.hashes(label="customers.customer.number")) == []


def test_a_lost_key_is_refused_and_not_taken_for_nobody_removed(settings: Settings) -> None:
    ship(1)
    for file in (settings.KEYS_DIR / "ledger").glob("*.json"):
        file.unlink()
    add_key("ledger")
    settings.KEYS_DIR = shutil.copytree(settings.KEYS_DIR, settings.KEYS_DIR.with_name("other"))
    for read in (lambda: list(ledger.hashes()), ledger.verify):
        with pytest.raises(crypto.UnknownKey):
            read()


def test_the_shipped_batches_are_known_by_their_names() -> None:
    ship(1)
    ship(2, writer="other")
    assert ledger.shipped_batches() == {BATCHES[1], BATCHES[2]}


def test_a_hash_is_key_and_digest_in_48_characters() -> None:
    hashed = ledger.digest(NUMBER, "S-1")
    (key_id,) = crypto.ring("ledger").key_ids
    assert len(hashed) == 48
    assert base64.b64decode(hashed)[:4] == key_id.to_bytes(4, "big")
    assert base64.b64decode(hashed)[4:] == crypto.ring("ledger").mac(f"{NUMBER}\0S-1".encode())
