"""Whatever is altered in the ledger is found, and the reason told."""

import shutil
from pathlib import Path

import pytest

from ilonet_register import crypto, ledger
from ilonet_register.ledger import Head, LedgerDamaged
from tests.ilonet_register.ledgers import BATCHES, objects, replace, ship


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
    ledger.begin()
    with pytest.raises(LedgerDamaged, match="certified to 3, is here to 0"):
        ledger.verify([head])


def test_a_chain_written_anew_shows_against_the_head_of_a_certificate(three: tuple[Path, Path]) -> None:
    head = ledger.verify()["main"]
    for mirror in three:
        shutil.rmtree(mirror)
    ledger.begin()
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
    ledger.begin()
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
