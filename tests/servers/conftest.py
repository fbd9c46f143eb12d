"""PostgreSQL and Redis or Valkey, running for real: `make test-servers`.

`pg_virtualenv` of Debian's postgresql-common starts a PostgreSQL for one command, also as root; its
address is in the environment. pytest-postgresql makes a database of each test's own in it, and
pytest-redis starts the other server.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from pytest_postgresql import factories as postgresql_factories
from pytest_redis import factories as redis_factories

from tests.telegram_server import TelegramServer

if "PGHOST" not in os.environ:
    pytest.exit("These tests need servers; run `make test-servers`.", returncode=2)

MEMORY_SERVER = shutil.which("valkey-server") or shutil.which("redis-server")

postgresql_running = postgresql_factories.postgresql_noproc(
    host=os.environ["PGHOST"],
    port=int(os.environ["PGPORT"]),
    user=os.environ["PGUSER"],
    password=os.environ["PGPASSWORD"],
)
postgresql = postgresql_factories.postgresql("postgresql_running")
redis_running = redis_factories.redis_proc(executable=MEMORY_SERVER, port=None)


@pytest.fixture
def database_url(postgresql: psycopg.Connection[object]) -> str:
    """Where this test's own empty database is, as somebody writes it into the settings."""
    info = postgresql.info
    return f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"


@pytest.fixture
def redis_port(redis_running: redis_factories.proc.RedisExecutor) -> int:
    """The port of the server for shared memories."""
    return int(redis_running.port)


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server
