"""The same story in both forms, through real processes: what people see is the same, whatever runs below.

Embedded: one process on SQLite. Scaled: two gateways (Daphne and uvicorn) and a Celery worker on PostgreSQL and Redis, when
DATABASE_URL and REDIS_URL say where; Alice is on one gateway and Bob on the other.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from tests import template
from tests.services import Keeper

ROOT = Path(__file__).resolve().parent.parent
#: A cold start on a busy small machine.
PATIENCE = 120

COMPANY = """
import json
from accounts.actor import SYSTEM
from accounts.services import tokens, users
made = {name: users.create(actor=SYSTEM, username=name, name=name.title()) for name in ("alice", "bob", "charlie")}
print(json.dumps({n: [u.pk, tokens.issue(user=u, device_name="test")[0]] for n, u in made.items()}))
"""


class Site:
    """Processes over one set of data, and where each person's client goes."""

    def __init__(self, keeper: Keeper, folder: Path, **env: str) -> None:
        self.keeper, self.folder = keeper, folder
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "DATABASE_", "REDIS_"))
        }
        self.env = clean | {
            "PARLEY_VAR": str(folder),
            "PARLEY_HOSTS": "127.0.0.1",
            "PARLEY_SECURE": "0",
            "DJANGO_SETTINGS_MODULE": "imsite.settings",
            "PYTHONUNBUFFERED": "1",
            **env,
        }
        self.addresses: list[str] = []

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self.env,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, *command: str, name: str) -> Path:
        said = self.folder / f"{name}.log"
        with said.open("wb") as out:
            self.keeper.start([sys.executable, *command], cwd=ROOT, env=self.env, stdout=out, stderr=out)
        return said

    def gateway(self, server: str, *options: str) -> None:
        """One more gateway, on a port of its own choice."""
        said = self.start(
            "manage.py", "run_parley", "--port", "0", "--server", server, *options, name=f"gateway-{server}"
        )
        text = wait(lambda: "Parley is at " in said.read_text() and said.read_text(), why=said)
        self.addresses.append(text.split("Parley is at ")[1].split()[0])

    def people(self) -> dict[str, tuple[int, str]]:
        return json.loads(self.run("shell", "--verbosity", "0", "-c", COMPANY).splitlines()[-1])


def wait(ask: Any, *, why: object = "", patience: float = PATIENCE) -> Any:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {patience} s; {why.read_text()[-3000:] if isinstance(why, Path) else why}")


@pytest.fixture(scope="module", params=["embedded", "scaled"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp(request.param)
    with Keeper() as keeper:
        if request.param == "embedded":
            template.copy_sqlite(folder / "parley.sqlite3")
            site = Site(keeper, folder)
            site.gateway("daphne", "--no-demo")
            yield site
            return
        database, redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if not database or not redis:
            pytest.skip("the scaled form needs DATABASE_URL and REDIS_URL; `make test` starts both")
        name = f"both_forms_{os.getpid()}"
        url = template.copy_postgres(database, name)
        try:
            own = {
                "DATABASE_URL": url,
                "REDIS_URL": redis,
                "PARLEY_REDIS_PREFIX": name,
            }
            site = Site(keeper, folder, PARLEY_SECRET_KEY="for-this-test-only-" + "0123456789" * 4, **own)
            site.run("collectstatic", "--noinput", "--verbosity", "0")
            worker = [
                "-m",
                "celery",
                "-A",
                "imsite",
                "worker",
                "--pool",
                "solo",
                "--without-gossip",
                "--without-mingle",
            ]
            site.start(*worker, name="worker")
            site.gateway("daphne", "--serve-only")
            site.gateway("uvicorn", "--serve-only")
            yield site
        finally:
            keeper.close()
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Person:
    """Somebody's client at one gateway."""

    def __init__(self, address: str, user: int, token: str) -> None:
        self.user = user
        self.http = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def api(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        return self.http.request(method, f"api/v1/{path}", json=body, headers=headers)

    def get(self, path: str) -> dict[str, Any]:
        answer = self.api("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_same_story(site: Site):
    first, last = site.addresses[0], site.addresses[-1]
    made = site.people()
    alice, bob, charlie = (Person(at, *made[name]) for at, name in ((first, "alice"), (last, "bob"), (last, "charlie")))
    for address in {first, last}:
        # As a balancer does: traffic comes once the parts answer; a cold process may need more than one look.
        wait(
            lambda address=address: httpx.get(f"{address}readyz", timeout=30).status_code == 200, why=f"{address}readyz"
        )
        assert httpx.get(f"{address}signin/", timeout=30).status_code == 200

    # Alice makes a group with Bob, and says something; sending it again with its key stores nothing.
    group = alice.api("POST", "conversations", {"title": "Plan", "members": [bob.user]}).json()["state"]["conversation"]
    said = {"body": {"text": "早上好, the launch is on Friday"}}
    path = f"conversations/{group}/messages"
    sent = [alice.api("POST", path, said, **{"Idempotency-Key": "story-0001"}) for _ in range(3)]
    assert [each.status_code for each in sent] == [201, 200, 200]
    assert len({each.json()["seq"] for each in sent}) == 1

    # Bob, at the other gateway, is told while he waits, and reads the same.
    told: list[httpx.Response] = []
    positions = {str(each["conversation"]): each["head_seq"] for each in bob.get("conversations")["states"]}
    poll = {"positions": positions, "wait": 25}
    parked = threading.Thread(target=lambda: told.append(bob.http.post("poll/v1/", json=poll)))
    parked.start()
    # Parked or still on its way: both must end with the news.
    time.sleep(0.5)
    assert alice.api("POST", path, {"body": {"text": "and the party too"}}).status_code == 201
    parked.join(30)
    assert told, "the parked poll was not answered"
    assert "and the party too" in told[0].text
    texts = [each["body"]["text"] for each in bob.get(path)["events"] if each["type"] == "message.created"]
    assert texts[-2:] == ["早上好, the launch is on Friday", "and the party too"]
    assert bob.get(f"conversations/{group}")["state"]["last_number"] == 2

    # What listeners do after the commit arrives: search finds Chinese and English, for members only.
    for word in ("早上", "launch"):
        hits = wait(lambda word=word: bob.get(f"search?q={word}")["hits"], why=f"{word} is not found", patience=45)
        assert len(hits) == 1
        assert charlie.get(f"search?q={word}")["hits"] == []

    # Charlie is outside of everything, and cannot tell this group from one that does not exist.
    refused = [charlie.api("GET", f"conversations/{each}/messages") for each in (group, 999_999)]
    assert {(each.status_code, each.json()["code"]) for each in refused} == {(403, "not_a_member")}
