"""Evidence stands, and a run ends after it began: the database itself refuses anything else."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.utils import timezone

from retention.models import Evidence, PurgeRun
from tests.ilonet_register.refusals import Case, assert_refused, case, names_of, sql

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 18)
NOON = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
TABLE = Evidence._meta.db_table


@pytest.fixture(autouse=True)
def _one_piece_of_evidence() -> None:
    Evidence.objects.create(batch=uuid4(), rule="contracts", on=DAY, counts={"contract": 1}, digest=b"digest")


def run(finished: dt.datetime | None) -> PurgeRun:
    return PurgeRun.objects.create(on=DAY, started_at=NOON, finished_at=finished)


CASES: dict[str, Case] = {
    "run_ends_after_start": case(PurgeRun, lambda: run(NOON - dt.timedelta(seconds=1))),
    "evidence_stands": case(
        Evidence,
        *(sql(f"UPDATE {TABLE} SET {column} = {column}") for column in ("batch", "rule", "counts", "digest", "run_id")),
        sql(f"DELETE FROM {TABLE}"),
        lambda: Evidence.objects.get().save(),
        lambda: Evidence.objects.all().delete(),
    ),
    "evidence_never_truncated": case(Evidence, sql(f"TRUNCATE {TABLE} CASCADE")),
}


def test_every_constraint_and_trigger_is_tried_here() -> None:
    assert set(CASES) == names_of("retention")


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it(name: str) -> None:
    assert_refused(name, CASES[name])


def test_evidence_is_not_changed_by_an_erasure_either() -> None:
    erasing = "SET LOCAL ilonet.erasing = 'on';"
    acts = [sql(f"{erasing} UPDATE {TABLE} SET rule = 'x'"), sql(f"{erasing} DELETE FROM {TABLE}")]
    assert_refused("evidence_stands", case(Evidence, *acts))


@pytest.mark.parametrize("finished", [None, NOON])
def test_a_run_may_be_under_way_or_end_at_once(finished: dt.datetime | None) -> None:
    assert run(finished).pk
    assert timezone.is_aware(NOON)
