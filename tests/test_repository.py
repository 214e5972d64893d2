"""What no file of the project may hold: addresses of registries, paths of somebody's machine, binary catalogues."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 300
# Put together of parts, so that this file stands under its own rule.
HOSTS = [("pypi", "org"), ("files", "pythonhosted"), ("registry", "npmjs"), ("deb", "debian")]
FOLDERS = [("", "home", r"\w+/"), ("", "Users", r"\w+/"), ("file://", "opt"), ("file://", "work")]
FORBIDDEN = re.compile(
    "|".join([*(r"\.".join(host) for host in HOSTS), "-".join(("-", "index", "url")), *map("/".join, FOLDERS)])
)


def files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\n") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine() -> None:
    texts = {path: path.read_text(errors="ignore") for path in files()}
    assert len(texts) > 100
    assert [path.name for path, text in texts.items() if FORBIDDEN.search(text)] == []


def test_no_compiled_catalogue_is_kept() -> None:
    assert [path for path in files() if path.suffix in {".mo", ".pyc"}] == []


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    sources = [path for path in files() if path.suffix == ".py" and "migrations" not in path.parts]
    assert len(sources) > 100
    long = {path.name: n for path in sources if (n := len(path.read_text().splitlines())) > LONGEST}
    assert set(long) <= ONE_TOPIC, long


# One file each by their nature: all settings in one place, and the one server that is minded from its start to its end.
ONE_TOPIC = {"embedded_server.py", "settings.py"}
