"""Mirrors that are missing, full or not writable, and writers that die between the two."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from ilonet_register import ledger
from ilonet_register.ledger import LedgerDamaged, LedgerUnavailable
from tests.ilonet_register.ledgers import BATCHES, objects, payload, replace, ship

PROJECT = Path(__file__).parents[2]


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
    obstacle = three[1] / "main" / f".writable-{os.getpid()}"
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
