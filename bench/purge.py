"""Measures (a) and (b): the purge beside raw SQL, and its peak memory at two sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from django.db import connection

from bench.database import copy_of, in_a_process
from bench.fill import fill
from bench.report import Finding

ENOUGH_OF_RAW, MEMORY_GROWTH = 0.8, 1.2


def measure(*, large: int, small: int, rounds: int) -> Iterator[Finding]:
    """Purge `large` contracts beside raw SQL, in turns; and `small` ones for the memory."""
    with filled(large) as template:
        found: dict[str, list[dict[str, Any]]] = {"purge": [], "raw": [], "bare": []}
        for _ in range(rounds):
            for name, runs in found.items():
                with copy_of(template, "bench_run") as url:
                    runs.append(in_a_process(name, url))
    purged = found["purge"][0]["found"]["rules"][0]["purged"]
    assert purged == large, f"{purged} contracts went instead of {large}"
    seconds = {name: median(run["seconds"] for run in runs) for name, runs in found.items()}
    rate = large / seconds["purge"]
    yield Finding(
        f"purge of {large:,} contracts against raw SQL with the same duties",
        rate,
        "contracts/s",
        seconds["raw"] / seconds["purge"],
        at_least=ENOUGH_OF_RAW,
    )
    yield Finding(
        f"purge of {large:,} contracts against bare DELETEs", rate, "contracts/s", seconds["bare"] / seconds["purge"]
    )
    with filled(small) as template, copy_of(template, "bench_run") as url:
        little = in_a_process("purge", url)["peak_mib"]
    much = median(run["peak_mib"] for run in found["purge"])
    yield Finding(
        f"peak memory of the purge at {large:,} against {small:,}", much, "MiB", much / little, at_most=MEMORY_GROWTH
    )


@contextmanager
def filled(due: int) -> Iterator[str]:
    """A database with that many expired contracts and as many that stay; its name."""
    original, name = connection.settings_dict["NAME"], "bench_filled"
    with copy_of(original, name):
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            fill(due)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original
        yield name
