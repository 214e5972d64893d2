"""The ledger: two mirrors of what was removed, in which nothing can be altered without being noticed."""

import base64
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from ilonet_register import crypto, ledger
from ilonet_register.crypto.rings import add_key
from ilonet_register.ledger import BatchDiffers, Head, LedgerDamaged, LedgerUnavailable, Payload

ON = dt.date(2026, 11, 18)
NUMBER = "contracts.contract.number"
BATCHES = [UUID(f"00000000-0000-4000-8000-{number:012}") for number in range(10)]
PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def mirrors(settings: Settings, tmp_path: Path) -> tuple[Path, Path]:
    """Two empty mirrors and a key to seal with, in real folders."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LEDGER_DIRS = [tmp_path / "ledger" / "first", tmp_path / "ledger" / "second"]
    add_key("ledger")
    return settings.LEDGER_DIRS[0], settings.LEDGER_DIRS[1]


def payload(*numbers: str, kind: str = "purged", on: dt.date = ON) -> Payload:
    hashes = {NUMBER: ledger.digest_many(NUMBER, numbers)}
    return Payload(kind=kind, on=on, rule="contracts", counts={"contract": len(numbers)}, hashes=hashes)


def ship(number: int, *, writer: str = "main") -> Head:
    return ledger.ship(batch=BATCHES[number], payload=payload(f"S-{number}"), writer=writer)


def objects(mirror: Path, writer: str = "main") -> list[Path]:
    return sorted((mirror / writer).glob("*.json"))


def replace(file: Path, content: bytes) -> None:
    """Do what somebody with the rights of the register's account could do."""
    file.chmod(0o600)
    file.write_bytes(content)


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


# --- what was altered is found ------------------------------------------------------------------------------------


@pytest.fixture
def three(mirrors: tuple[Path, Path]) -> tuple[Path, Path]:
    """A ledger of three objects."""
    for number in (1, 2, 3):
        ship(number)
    return mirrors


def test_a_whole_ledger_gives_its_heads(three: tuple[Path, Path]) -> None:
    head = ledger.verify()["main"]
    assert head.sequence == 3
    assert Head.parse(str(head)) == head
    assert ledger.verify([head]) == {"main": head}


def test_every_altered_byte_of_one_mirror_is_found(three: tuple[Path, Path]) -> None:
    file = objects(three[1])[1]
    whole = file.read_bytes()
    for position in range(0, len(whole), 37):
        replace(file, whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(LedgerDamaged, match="differ"):
            ledger.verify()
    replace(file, whole)
    ledger.verify()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_every_altered_byte_of_both_mirrors_is_found_also_in_the_last_object(
    three: tuple[Path, Path], which: int
) -> None:
    whole = objects(three[0])[which].read_bytes()
    for position in [*range(0, len(whole), 41), len(whole) - 1]:
        for mirror in three:
            replace(objects(mirror)[which], whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        # An altered key id in a seal is told as a key that is missing.
        with pytest.raises((LedgerDamaged, crypto.UnknownKey), match="altered|Key"):
            ledger.verify()


def test_a_truncated_object_is_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        file = objects(mirror)[2]
        replace(file, file.read_bytes()[:-1])
    with pytest.raises(LedgerDamaged, match="altered or cut short"):
        ledger.verify()
    with pytest.raises(LedgerDamaged, match="altered or cut short"):
        list(ledger.hashes())


def test_an_empty_object_is_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        replace(objects(mirror)[0], b"")
    with pytest.raises(LedgerDamaged, match="altered or cut short"):
        ledger.verify()


def test_a_missing_tail_shows_against_the_head_of_a_certificate(three: tuple[Path, Path]) -> None:
    head = ledger.verify()["main"]
    for mirror in three:
        objects(mirror)[2].unlink()
    ledger.verify()  # by itself a shorter chain is a whole one
    with pytest.raises(LedgerDamaged, match="certified to 3, is here to 2"):
        ledger.verify([head])


def test_a_missing_ledger_shows_against_the_head_of_a_certificate(three: tuple[Path, Path]) -> None:
    head = ledger.verify()["main"]
    for mirror in three:
        shutil.rmtree(mirror)
    with pytest.raises(LedgerDamaged, match="certified to 3, is here to 0"):
        ledger.verify([head])


def test_a_chain_written_anew_shows_against_the_head_of_a_certificate(three: tuple[Path, Path]) -> None:
    head = ledger.verify()["main"]
    for mirror in three:
        shutil.rmtree(mirror)
    for number in (1, 2, 4):
        ship(number)
    with pytest.raises(LedgerDamaged, match="certified as main:3"):
        ledger.verify([head])


def test_a_missing_object_in_the_middle_is_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        objects(mirror)[1].unlink()
    with pytest.raises(LedgerDamaged, match="object 2 of the writer “main” is missing"):
        ledger.verify()


def test_a_missing_first_object_is_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        objects(mirror)[0].unlink()
    with pytest.raises(LedgerDamaged, match="object 1 of the writer “main” is missing"):
        ledger.verify()


def test_a_doubled_object_is_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        shutil.copy(objects(mirror)[2], mirror / "main" / f"00000004-{BATCHES[4]}.json")
    with pytest.raises(LedgerDamaged, match="another object under this name"):
        ledger.verify()


def test_two_objects_with_one_sequence_are_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        shutil.copy(objects(mirror)[2], mirror / "main" / f"00000003-{BATCHES[4]}.json")
    with pytest.raises(LedgerDamaged, match="two objects with the sequence 3"):
        ledger.verify()


def test_a_batch_in_two_chains_is_found(three: tuple[Path, Path], tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    for mirror in three:
        shutil.move(mirror / "main", aside / mirror.name)
    ship(1, writer="other")
    for mirror in three:
        shutil.move(aside / mirror.name, mirror / "main")
    with pytest.raises(LedgerDamaged, match="twice"):
        ledger.verify()
    with pytest.raises(LedgerDamaged, match="2 times"):
        ship(1)


def test_exchanged_objects_are_found(three: tuple[Path, Path]) -> None:
    for mirror in three:
        first, second = objects(mirror)[:2]
        kept = first.read_bytes()
        replace(first, second.read_bytes())
        replace(second, kept)
    with pytest.raises(LedgerDamaged, match="another object under this name"):
        ledger.verify()


def test_an_object_of_another_ledger_with_the_same_keys_does_not_fit_in(three: tuple[Path, Path]) -> None:
    foreign = objects(three[0])[1].read_bytes()
    for mirror in three:
        shutil.rmtree(mirror)
    for number in (4, 2, 3):
        ship(number)
    for mirror in three:
        replace(objects(mirror)[1], foreign)
    with pytest.raises(LedgerDamaged, match="does not follow"):
        ledger.verify()


def test_a_foreign_file_is_found(three: tuple[Path, Path]) -> None:
    (three[0] / "main" / "00000004.json").write_text("{}")
    with pytest.raises(LedgerDamaged, match="does not belong"):
        ledger.verify()


def test_a_foreign_folder_is_found(three: tuple[Path, Path]) -> None:
    (three[0] / "lost+found").mkdir()
    with pytest.raises(LedgerDamaged, match="does not belong"):
        ledger.verify()


def test_an_object_of_a_later_format_is_refused(three: tuple[Path, Path]) -> None:
    raw = objects(three[0])[2].read_bytes()
    body = raw[: raw.index(b',"seal"')].replace(b'"format":1', b'"format":2') + b"}"
    sealed = body[:-1] + b',"seal":"' + ledger.digest("ledger.object", body.decode()).encode() + b'"}'
    for mirror in three:
        replace(objects(mirror)[2], sealed)
    with pytest.raises(LedgerDamaged, match="has format 2"):
        ledger.verify()


# --- mirrors that fail --------------------------------------------------------------------------------------------


def test_one_missing_mirror_is_never_replaced_by_an_empty_folder(three: tuple[Path, Path]) -> None:
    for missing in three:
        aside = missing.with_name("aside")
        missing.rename(aside)
        for act in (ledger.verify, ledger.check_writable, lambda: ship(4), lambda: list(ledger.hashes())):
            with pytest.raises(LedgerUnavailable, match=f"{missing} of the ledger is missing"):
                act()
        assert not missing.exists()
        aside.rename(missing)
    ledger.verify()


def test_an_emptied_mirror_is_not_filled_silently(three: tuple[Path, Path]) -> None:
    shutil.rmtree(three[1] / "main")
    with pytest.raises(LedgerDamaged, match="differ in 3 objects"):
        ship(4)


def test_both_mirrors_in_one_folder_are_refused(three: tuple[Path, Path], settings: Settings) -> None:
    settings.LEDGER_DIRS = [three[0], three[0]]
    with pytest.raises(LedgerUnavailable, match="one folder"):
        ship(4)


def test_a_writable_ledger_is_left_as_it_was(three: tuple[Path, Path]) -> None:
    ledger.check_writable()
    for mirror in three:
        assert [entry.name for entry in mirror.iterdir()] == ["main"]


@pytest.mark.parametrize("which", [0, 1])
def test_a_mirror_that_cannot_be_written_stops_the_batch_until_it_can(three: tuple[Path, Path], which: int) -> None:
    # A folder in the way of the file: unlike missing rights it stops root as well.
    obstacle = three[which] / "main" / f".00000004-{BATCHES[4]}.json.new"
    obstacle.mkdir()
    with pytest.raises(LedgerUnavailable, match=f"{three[which]} cannot be written"):
        ship(4)
    obstacle.rmdir()
    assert ship(4) == ledger.verify()["main"]
    assert ledger.verify()["main"].sequence == 4


def test_a_mirror_that_cannot_be_written_is_told_before_anything_is_destroyed(three: tuple[Path, Path]) -> None:
    obstacle = three[1] / f".writable-{os.getpid()}"
    obstacle.mkdir()
    with pytest.raises(LedgerUnavailable, match="cannot be written"):
        ledger.check_writable()
    obstacle.rmdir()
    ledger.check_writable()


SHIP = """
import os, sys
from django.conf import settings
from pathlib import Path
from uuid import UUID
folder = Path(sys.argv[1])
settings.configure(
    KEYS_DIR=folder / "keys", LEDGER_DIRS=[folder / "ledger" / "first", folder / "ledger" / "second"]
)
from ilonet_register import ledger
from ilonet_register.ledger import Payload
stop_after = int(sys.argv[3])
rename = Path.rename
def die_after_some(self, target):
    global stop_after
    if stop_after == 0:
        os._exit(9)
    stop_after -= 1
    return rename(self, target)
Path.rename = die_after_some
try:
    print(ledger.ship(batch=UUID(sys.argv[2]), payload=Payload.from_text(sys.argv[4])))
except ledger.LedgerUnavailable as error:
    print(error)
    sys.exit(3)
"""


def ship_in_a_process(folder: Path, number: int, *, dies_before_rename: int, file_size: int = 0) -> int:
    """Ship in a process of its own that is gone, without any clean-up, just before it gives a file its name."""
    arguments = [str(folder), str(BATCHES[number]), str(dies_before_rename), payload(f"S-{number}").as_text()]

    def limit() -> None:
        if file_size:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    done = subprocess.run(
        [sys.executable, "-c", SHIP, *arguments],
        cwd=PROJECT,
        preexec_fn=limit,
        check=False,
        capture_output=True,
    )
    return done.returncode


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("renames", [0, 1])
def test_a_crash_between_the_mirrors_is_healed_by_the_next_ship(
    mirrors: tuple[Path, Path], tmp_path: Path, number: int, renames: int
) -> None:
    for before in range(1, number):
        ship(before)
    assert ship_in_a_process(tmp_path, number, dies_before_rename=renames) == 9
    assert [len(objects(mirror)) for mirror in mirrors] == [number - 1 + renames, number - 1]
    ship(5)  # another batch comes first
    head = ship(number)
    assert [file.name for file in objects(mirrors[0])] == [file.name for file in objects(mirrors[1])]
    assert ledger.verify([head])["main"].sequence == number + 1


def test_a_crash_between_the_mirrors_is_healed_by_shipping_the_same_batch_again(
    mirrors: tuple[Path, Path], tmp_path: Path
) -> None:
    ship(1)
    assert ship_in_a_process(tmp_path, 2, dies_before_rename=1) == 9
    assert ship(2, writer="other").writer == "main"
    assert len(objects(mirrors[1])) == 2
    ledger.verify()


def test_a_crash_between_the_mirrors_is_healed_by_a_check(mirrors: tuple[Path, Path], tmp_path: Path) -> None:
    ship(1)
    assert ship_in_a_process(tmp_path, 2, dies_before_rename=1) == 9
    assert ledger.verify()["main"].sequence == 2
    assert len(objects(mirrors[1])) == 2


def test_what_a_crash_left_is_not_copied_when_it_was_altered(mirrors: tuple[Path, Path], tmp_path: Path) -> None:
    ship(1)
    assert ship_in_a_process(tmp_path, 2, dies_before_rename=1) == 9
    last = objects(mirrors[0])[1]
    replace(last, last.read_bytes().replace(b"contracts", b"contractz"))
    with pytest.raises(LedgerDamaged, match="altered"):
        ship(3)
    assert len(objects(mirrors[1])) == 1


def test_a_full_disk_leaves_no_half_object(mirrors: tuple[Path, Path], tmp_path: Path) -> None:
    ship(1)
    assert ship_in_a_process(tmp_path, 2, dies_before_rename=9, file_size=100) == 3
    for mirror in mirrors:
        assert [file.name for file in (mirror / "main").iterdir()] == [objects(mirror)[0].name]
    assert ship(2).sequence == 2


def test_what_a_killed_writer_left_behind_is_no_object(three: tuple[Path, Path]) -> None:
    (three[0] / "main" / f".00000004-{BATCHES[4]}.json.new").write_bytes(b"half of")
    ledger.verify()
    assert ship(4).sequence == 4
    assert not list((three[0] / "main").glob(".*"))


def test_a_hash_is_key_and_digest_in_48_characters() -> None:
    hashed = ledger.digest(NUMBER, "S-1")
    (key_id,) = crypto.ring("ledger").key_ids
    assert len(hashed) == 48
    assert base64.b64decode(hashed)[:4] == key_id.to_bytes(4, "big")
    assert base64.b64decode(hashed)[4:] == crypto.ring("ledger").mac(f"{NUMBER}\0S-1".encode())
