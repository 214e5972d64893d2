"""Key rings: every key reads, the named one writes, and a missing one is never made up."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from ilonet_register import crypto
from ilonet_register.crypto import CannotDecrypt, KeyRingDamaged, UnknownKey
from ilonet_register.crypto.rings import HEADER_BYTES, KINDS, AeadRing, PrfRing, add_key

SECRET = b"131052-308T"
PLACE = b"customers.customer.identity_code:0123456789abcdef"


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder of keys."""
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


def files(keys: Path, name: str) -> list[Path]:
    return sorted((keys / name).glob("*"))


def test_the_rings_are_of_the_kind_their_use_needs() -> None:
    assert {name: kind for name, kind in KINDS.items() if isinstance(crypto.ring(name), kind)} == {
        "columns": AeadRing,
        "sessions": AeadRing,
        "blind_index": PrfRing,
        "ledger": PrfRing,
    }


@pytest.mark.parametrize("name", list(KINDS))
def test_a_key_is_a_private_file_that_bears_its_id(keys: Path, name: str) -> None:
    key_id = add_key(name)
    assert [file.name for file in files(keys, name)] == [f"{key_id}.json"]
    assert files(keys, name)[0].stat().st_mode & 0o777 == 0o600
    assert (keys / name).stat().st_mode & 0o777 == keys.stat().st_mode & 0o777 == 0o700
    assert crypto.ring(name).key_ids == [key_id]


def test_key_ids_are_no_small_numbers_so_that_the_keys_of_another_register_are_recognised() -> None:
    assert len({add_key("columns") for _ in range(5)}) == 5


def test_what_was_encrypted_opens_in_its_place() -> None:
    add_key("columns")
    ring = crypto.ring("columns")
    assert ring.decrypt(ring.encrypt(SECRET, PLACE), PLACE) == SECRET
    assert SECRET not in ring.encrypt(SECRET, PLACE)
    assert ring.encrypt(SECRET, PLACE) != ring.encrypt(SECRET, PLACE)


def test_every_value_names_its_key_in_its_header() -> None:
    key_id = add_key("columns")
    blob = crypto.ring("columns").encrypt(SECRET, PLACE)
    assert blob[:HEADER_BYTES] == b"\x01" + key_id.to_bytes(4, "big")
    assert crypto.key_id_of(blob) == key_id


def test_what_was_moved_to_another_place_does_not_open() -> None:
    add_key("columns")
    blob = crypto.ring("columns").encrypt(SECRET, PLACE)
    for other in (b"", PLACE + b"x", PLACE.replace(b"identity_code", b"occupation"), PLACE[:-1] + b"0"):
        with pytest.raises(CannotDecrypt):
            crypto.ring("columns").decrypt(blob, other)


def test_every_altered_byte_is_noticed() -> None:
    add_key("columns")
    blob = crypto.ring("columns").encrypt(SECRET, PLACE)
    for position in range(len(blob)):
        altered = blob[:position] + bytes([blob[position] ^ 1]) + blob[position + 1 :]
        with pytest.raises(CannotDecrypt):
            crypto.ring("columns").decrypt(altered, PLACE)


@pytest.mark.parametrize("length", range(44))
def test_a_value_cut_short_is_noticed(length: int) -> None:
    add_key("columns")
    blob = crypto.ring("columns").encrypt(SECRET, PLACE)
    with pytest.raises(CannotDecrypt):
        crypto.ring("columns").decrypt(blob[:length], PLACE)


def test_plain_text_is_no_sealed_value() -> None:
    add_key("columns")
    with pytest.raises(CannotDecrypt, match="no sealed value"):
        crypto.ring("columns").decrypt(SECRET, PLACE)


def test_after_a_rotation_all_keys_read_and_the_named_one_writes() -> None:
    former = add_key("columns")
    ring = crypto.ring("columns")
    old = ring.encrypt(SECRET, PLACE)
    new_key = add_key("columns")
    new = ring.encrypt(SECRET, PLACE, new_key)
    assert (crypto.key_id_of(old), crypto.key_id_of(new)) == (former, new_key)
    assert ring.decrypt(old, PLACE) == ring.decrypt(new, PLACE) == SECRET


def test_a_key_that_another_process_added_is_found() -> None:
    add_key("columns")
    mine = AeadRing("columns", crypto.ring("columns").folder)
    assert len(mine.key_ids) == 1
    added = add_key("columns")
    assert mine.knows(added)
    assert mine.decrypt(crypto.ring("columns").encrypt(SECRET, PLACE, added), PLACE) == SECRET


def test_an_unknown_key_is_refused_with_what_to_do(keys: Path) -> None:
    add_key("columns")
    blob = crypto.ring("columns").encrypt(SECRET, PLACE)
    files(keys, "columns")[0].unlink()
    lost = AeadRing("columns", keys / "columns")
    add_key("columns")
    with pytest.raises(UnknownKey, match="Put back the keys folder"):
        lost.decrypt(blob, PLACE)
    with pytest.raises(UnknownKey):
        lost.encrypt(SECRET, PLACE, 4711)


@pytest.mark.parametrize("content", ["", "{}", "secret", '{"primaryKeyId": 1, "key": []}'])
def test_a_damaged_key_file_is_refused_without_showing_it(keys: Path, content: str) -> None:
    key_id = add_key("columns")
    (keys / "columns" / f"{key_id}.json").write_text(content)
    with pytest.raises(KeyRingDamaged) as refused:
        AeadRing("columns", keys / "columns").encrypt(SECRET, PLACE, key_id)
    assert refused.value.__cause__ is None
    assert "secret" not in str(refused.value)


def test_a_key_under_the_name_of_another_is_refused(keys: Path) -> None:
    key_id = add_key("columns")
    (keys / "columns" / f"{key_id}.json").rename(keys / "columns" / "7.json")
    with pytest.raises(KeyRingDamaged, match="7.json"):
        AeadRing("columns", keys / "columns").encrypt(SECRET, PLACE)


def test_a_key_of_another_kind_is_refused(keys: Path) -> None:
    key_id = add_key("ledger")
    (keys / "columns").mkdir()
    (keys / "ledger" / f"{key_id}.json").rename(keys / "columns" / f"{key_id}.json")
    with pytest.raises(KeyRingDamaged):
        AeadRing("columns", keys / "columns").encrypt(SECRET, PLACE)


def test_half_a_key_of_a_killed_process_is_no_key(keys: Path) -> None:
    add_key("columns")
    (keys / "columns" / ".77.json.new").write_text("{")
    assert len(crypto.ring("columns").key_ids) == 1


def test_digests_are_equal_for_equal_values_under_one_key_only() -> None:
    first = add_key("blind_index")
    ring = crypto.ring("blind_index")
    assert ring.mac(SECRET) == ring.mac(SECRET, first)
    assert len(ring.mac(SECRET)) == 32
    second = add_key("blind_index")
    assert dict(ring.digests(SECRET)) == {first: ring.mac(SECRET, first), second: ring.mac(SECRET, second)}
    assert ring.mac(SECRET, first) != ring.mac(SECRET, second)


def test_digests_notice_a_new_key_by_themselves() -> None:
    add_key("blind_index")
    mine = PrfRing("blind_index", crypto.ring("blind_index").folder)
    assert len(mine.digests(SECRET)) == 1
    added = add_key("blind_index")
    assert added in dict(mine.digests(SECRET))


def test_blind_digests_of_two_columns_differ() -> None:
    add_key("blind_index")
    one, other = (crypto.blind_digests("1", label=label) for label in ("a", "b"))
    assert one != other
    assert one == crypto.blind_digests("1", label="a")


def test_a_forked_child_reads_and_writes_with_nonces_of_its_own() -> None:
    add_key("columns")
    ring = crypto.ring("columns")
    blob = ring.encrypt(SECRET, PLACE)
    blobs = [_encrypted_in_a_child(ring, blob) for _ in range(3)] + [ring.encrypt(SECRET, PLACE), blob]
    assert len({value[HEADER_BYTES : HEADER_BYTES + 12] for value in blobs}) == len(blobs)
    assert {ring.decrypt(value, PLACE) for value in blobs} == {SECRET}


def _encrypted_in_a_child(ring: AeadRing, blob: bytes) -> bytes:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, ring.encrypt(ring.decrypt(blob, PLACE), PLACE))
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        result = pipe.read()
    os.waitpid(child, 0)
    return result


def test_threads_share_a_ring() -> None:
    add_key("columns")
    ring = crypto.ring("columns")

    def round_trip(number: int) -> bool:
        place = PLACE + str(number).encode()
        return all(ring.decrypt(ring.encrypt(SECRET, place), place) == SECRET for _ in range(200))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(round_trip, range(16)))


def test_two_processes_that_add_keys_at_once_both_leave_whole_ones(keys: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from django.conf import settings\n"
        "settings.configure(KEYS_DIR=Path(sys.argv[1]))\n"
        "from ilonet_register.crypto.rings import add_key, adding_keys\n"
        "for _ in range(20):\n    with adding_keys(): add_key('columns')\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(keys)], cwd=Path(__file__).parents[2]) for _ in range(2)
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert len(crypto.ring("columns").key_ids) == 40
