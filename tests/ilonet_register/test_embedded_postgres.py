"""The embedded server is shared by processes that may die at any moment, and the last one to leave stops it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ilonet_register.server_users import Client, folder_for_a_server, kill_server, servers_of


@pytest.fixture
def home() -> Iterator[Path]:
    with folder_for_a_server() as folder:
        yield folder


def test_several_processes_share_one_server_and_the_last_stops_it(home: Path) -> None:
    clients = [Client(home) for _ in range(3)]
    servers = {client.ask("SELECT pg_postmaster_start_time()") for client in clients}
    assert len(servers) == 1
    for client in clients[:2]:
        client.leave()
        assert len(servers_of(home)) == 1
    clients[2].leave()
    assert servers_of(home) == []


def test_processes_that_start_and_leave_at_once_leave_nothing_behind(home: Path) -> None:
    for _ in range(3):
        clients = [Client(home) for _ in range(4)]
        for client in clients:
            client.start("connect().close()")
        for client in clients:
            client.leave()
        assert servers_of(home) == []


def test_a_killed_process_does_not_keep_the_server(home: Path) -> None:
    killed, other = Client(home), Client(home)
    killed.ask("SELECT 1")
    other.ask("SELECT 1")
    killed.kill()
    other.leave()
    assert servers_of(home) == []


def test_after_all_were_killed_the_next_clean_exit_stops_the_server(home: Path) -> None:
    clients = [Client(home) for _ in range(2)]
    for client in clients:
        client.ask("SELECT 1")
    for client in clients:
        client.kill()
    assert len(servers_of(home)) == 1
    following = Client(home)
    following.ask("SELECT 1")
    following.leave()
    assert servers_of(home) == []


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    client = Client(home)
    client.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kill_server(home)
    assert client.ask("SELECT answer FROM kept") == "42"
    client.leave()
    assert servers_of(home) == []


def test_a_server_killed_while_a_backend_works_comes_back(home: Path) -> None:
    busy, other = Client(home), Client(home)
    other.ask("SELECT 1")
    busy.start("connect().execute('SELECT count(*) FROM generate_series(1, 10000000000)')")
    _wait_until(lambda: other.ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1000000000%'") == "2")
    kill_server(home)
    assert other.ask("SELECT 1") == "1"
    busy.kill()
    other.leave()
    assert servers_of(home) == []


def test_everything_killed_at_once_leaves_a_database_that_starts_again(home: Path) -> None:
    client = Client(home)
    client.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kill_server(home)
    client.kill()
    following = Client(home)
    assert following.ask("SELECT answer FROM kept") == "42"
    following.leave()
    assert servers_of(home) == []


def test_a_pid_file_that_names_a_stranger_does_not_keep_the_server_from_starting(home: Path) -> None:
    first = Client(home)
    first.ask("SELECT 1")
    server = servers_of(home)[0]
    pid_file = home / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.kill()
    first.kill()
    server.wait()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    following = Client(home)
    assert following.ask("SELECT 1") == "1"
    following.leave()
    assert servers_of(home) == []


def test_a_creation_cut_short_is_begun_anew(home: Path) -> None:
    for seconds in (0.3, 0.5, 0.7):
        client = Client(home)
        client.start("connect()")
        time.sleep(seconds)
        client.kill()
    following = Client(home)
    assert following.ask("SELECT 1") == "1"
    following.leave()
    assert servers_of(home) == []


def test_a_forked_child_that_ends_does_not_stop_the_server_of_its_parent(home: Path) -> None:
    client = Client(home)
    client.ask("SELECT 1")
    client.run("import multiprocessing; m = multiprocessing.get_context('fork')")
    client.run("p = m.Process(target=lambda: connect().close()); p.start(); p.join(); said = p.exitcode")
    assert len(servers_of(home)) == 1
    client.leave()
    assert servers_of(home) == []


def test_a_forked_child_keeps_the_server_its_parent_leaves(home: Path) -> None:
    client = Client(home)
    client.ask("SELECT 1")
    finished = home.parent / "finished"
    child = (
        "import os, sys, time, pathlib\n"
        "os.close(0); os.close(1); os.close(2)\n"
        "c = connect(); pathlib.Path(str(home.parent / 'connected')).touch()\n"
        "while not pathlib.Path(str(home.parent / 'may-end')).exists(): time.sleep(0.02)\n"
        "ok = c.execute('SELECT 42').fetchone()[0]; c.close()\n"
        "pathlib.Path(str(home.parent / 'finished')).write_text(str(ok))\n"
        "sys.exit(0)\n"
    )
    client.run(f"import os; child = {child!r}")
    client.run("pid = os.fork(); exec(child) if pid == 0 else None; said = pid")
    _wait_until((home.parent / "connected").exists)
    client.leave()
    assert len(servers_of(home)) == 1
    (home.parent / "may-end").touch()
    _wait_until(lambda: finished.exists() and finished.read_text() == "42")
    _wait_until(lambda: servers_of(home) == [])


def test_letters_fold_whatever_the_locale_of_the_caller(home: Path) -> None:
    client = Client(home, LC_ALL="C", LANG="C")
    client.execute("CREATE EXTENSION pg_trgm")
    assert client.ask("SELECT 'MÄÄTTÄ' ILIKE '%määttä%' AND upper('määttä') = 'MÄÄTTÄ'") == "True"
    assert client.ask("SELECT show_trgm('MÄÄTTÄ') = show_trgm('määttä') AND cardinality(show_trgm('äö')) = 3") == "True"
    client.leave()


def test_the_extensions_come_with_it(home: Path) -> None:
    client = Client(home)
    for extension in ("pg_trgm", "btree_gist", "unaccent"):
        client.execute(f"CREATE EXTENSION {extension}")
    client.leave()


def test_a_cluster_of_another_version_is_refused_with_the_remedy(home: Path) -> None:
    client = Client(home)
    client.ask("SELECT 1")
    client.leave()
    (home / "data" / "PG_VERSION").write_text("16\n")
    refused = Client(home)
    with pytest.raises(AssertionError, match="made by PostgreSQL 16.*Dump it with the older version"):
        refused.run("connect()")
    assert servers_of(home) == []


def test_no_connection_without_the_password_and_none_from_the_network(home: Path) -> None:
    client = Client(home)
    assert client.ask("SHOW listen_addresses") == ""
    said = client.run(
        'exec("s = embedded_postgres.server_of(home)\\ntry: psycopg.connect(host=str(s.socket_folder), '
        "user='ilonet_register', dbname='ilonet_register', password='guess')\\n"
        "except psycopg.OperationalError: said = 'refused'\")"
    )
    assert said == "refused"
    assert client.ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "False"
    client.leave()


def test_the_log_of_the_server_holds_no_values(home: Path) -> None:
    client = Client(home)
    client.execute("CREATE TABLE secret (code text UNIQUE)")
    client.run("c = connect(); c.execute('INSERT INTO secret VALUES (%s)', ['131052-308T'])")
    for statement in (
        "INSERT INTO secret VALUES (%s)",
        "SELECT %s::date",
        "SELECT %s::text::integer",
        "SELECT 1/0, %s::text",
    ):
        attempt = f"try: psycopg.ClientCursor(c).execute({statement!r}, ['131052-308T'])\nexcept psycopg.Error: pass"
        client.run(f"exec({attempt!r})")
    client.leave()
    assert "131052" not in (home / "server.log").read_text()


def test_the_folders_beside_the_database_stay_private(home: Path) -> None:
    keys = home.parent / "keys"
    keys.mkdir(mode=0o700)
    client = Client(home)
    client.ask("SELECT 1")
    client.leave()
    for folder in (keys, home.parent / "secrets", home, home / "data"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    assert stat.S_IMODE((home.parent / "secrets" / "postgres").stat().st_mode) == 0o600
    assert not home.parent.stat().st_mode & stat.S_IROTH


def test_a_path_longer_than_a_socket_may_have_works(home: Path) -> None:
    deep = home.parent / ("long-" * 25) / "postgres"
    client = Client(deep)
    assert client.ask("SELECT 1") == "1"
    client.leave()
    assert servers_of(deep) == []


def _wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
