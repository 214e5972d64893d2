"""Measure (c): the import of a large file beside bare COPY of the same file, and beside a tenth of it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from bench.database import copy_of, in_a_process
from bench.report import Finding
from contracts.demo import Size, write_files

TIMES_A_TENTH, MEMORY_GROWTH = 12, 1.2


def measure(*, large: int) -> Iterator[Finding]:
    """Import `large` customers with their contracts, and a tenth of them."""
    name = connection.settings_dict["NAME"]
    found: dict[int, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="ilonet-bench-files-") as folder:
        for size in (large // 10, large):
            files = [str(path) for path in write_files(Path(folder), Size(size), on=dt.date(2026, 11, 24))]
            with copy_of(name, "bench_run") as url:
                found[size] = in_a_process("bring_in", url, files=files)
                again = in_a_process("bring_in", url, files=files)
        with copy_of(name, "bench_run") as url:
            bare = in_a_process("copy", url, files=files)
    much, little = found[large], found[large // 10]
    yield Finding(
        f"import of {large:,} customers against a tenth of them",
        much["seconds"],
        "s",
        much["seconds"] / little["seconds"],
        at_most=TIMES_A_TENTH,
    )
    yield Finding(
        f"import of the same {large:,} once more against the first time",
        again["seconds"],
        "s",
        again["seconds"] / much["seconds"],
        at_most=1,
    )
    yield Finding(
        f"import of {large:,} customers against bare COPY",
        large / much["seconds"],
        "customers/s",
        bare["seconds"] / much["seconds"],
    )
    yield Finding(
        f"peak memory of the import at {large:,} against a tenth",
        much["peak_mib"],
        "MiB",
        much["peak_mib"] / little["peak_mib"],
        at_most=MEMORY_GROWTH,
    )
