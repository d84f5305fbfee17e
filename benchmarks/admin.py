"""Every list of the admin at a million rows: each registered page's table is filled, so that a new page is measured too.

On a PostgreSQL database of its own that is thrown away. Rows are made by the database, from the models' fields.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks.cluster import ROOT

ROWS = 1_000_000
#: Must: milliseconds and queries of one page.
BAR_MS, BAR_QUERIES = 300, 12
#: What somebody might type: the beginning of many names, one name, an id, one group's members, nothing there is.
TYPED = ("m", "m0999", "777777", "#1", "zzz")
#: What the types alone do not tell, by model and field. ``n``: 1 to the number of rows.
SAID = {
    "accounts.User.username": "'m' || lpad(n::text, 7, '0')",
    "accounts.User.name": "'Member ' || lpad(n::text, 7, '0')",
    "accounts.User.other_name": "CASE WHEN n % 3 = 0 THEN '张伟' ELSE '' END",
    "accounts.User.kind": "'human'",
    "accounts.User.is_active": "n % 10000 > 0",
    "chat.Conversation.kind": "CASE WHEN n = 1 THEN 'group' ELSE (ARRAY['personal', 'direct', 'group'])[1 + n % 3] END",
    "chat.Conversation.title": "CASE WHEN n = 1 OR n % 3 = 2 THEN 'Group ' || n ELSE '' END",
    "chat.Conversation.member_count": f"CASE WHEN n = 1 THEN {ROWS} ELSE 2 END",
    "chat.Membership.conversation": "1",
    "groups.Job.actor": """'{"name": "Olga"}'""",
    "groups.Job.kind": "'import'",
    "identity.Link.provider": "1 + n % 50",
    "identity.DirectoryToken.directory": "1 + n % 50",
    "audit.AuditRecord.action": "(ARRAY['member.muted', 'user.changed'])[1 + n % 2]",
    "compliance.LegalHold.conversation": "NULL",
    "compliance.LegalHold.user": "n",
    "compliance.RetentionRule.conversation": "n",
}
#: What administrators write by hand, one after the other: there is no company with a million of them.
FEW = {"identity.Provider", "identity.Directory", "identity.FactorRule"}
HANDFUL = 50


def admin(rows: int = 0) -> list[dict[str, Any]]:
    """Rows of what each page takes, in a process of its own."""
    rows = rows or int(os.environ.get("PARLEY_BENCH_ROWS", ROWS))
    from django.db import connection

    name = f"admin_{os.getpid()}"
    given = urlsplit(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        plain = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
        own = {"DATABASE_URL": urlunsplit(given._replace(path=f"/{name}")), "PARLEY_DB_POOL": "0"}
        with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
            command = [sys.executable, "-m", "benchmarks.admin", str(rows), answer.name]
            subprocess.run(command, cwd=ROOT, env={**plain, **own}, check=True)
            found: list[dict[str, Any]] = json.load(answer)
        return found
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill(rows: int) -> None:
    """Every page's table, and those its rows point to."""
    from django.contrib import admin as pages
    from django.db import IntegrityError, connection

    models: dict[Any, None] = {}
    waiting = [each._meta.concrete_model for each in pages.site._registry]
    while waiting:
        model = waiting.pop()
        if model is None or model in models or model._meta.app_label in {"auth", "contenttypes"}:
            continue
        models[model] = None
        waiting += [each.related_model for each in model._meta.concrete_fields if each.is_relation and not each.null]
    with connection.cursor() as cursor:
        # Rows that point to one another are there at the end; nothing is checked on the way.
        cursor.execute("SET session_replication_role = replica")
        for model in models:
            began = time.monotonic()
            columns = {each.column: _made(model, each) for each in model._meta.concrete_fields}
            quoted = ", ".join(f'"{each}"' for each in columns)
            with contextlib.suppress(
                IntegrityError
            ):  # a few settings rows hold to rules of their own: then there are none
                cursor.execute(
                    f'INSERT INTO "{model._meta.db_table}" ({quoted}) SELECT {", ".join(columns.values())}'
                    f" FROM generate_series(1, {HANDFUL if model._meta.label in FEW else rows}) AS n ON CONFLICT DO NOTHING"
                )
            print(f"  {model._meta.label}: {cursor.rowcount:,} rows in {time.monotonic() - began:.0f} s", flush=True)
        cursor.execute("VACUUM ANALYZE")


def _made(model: Any, field: Any) -> str:
    """SQL of one column."""
    said = SAID.get(f"{model._meta.label}.{field.name}")
    if said:
        return said
    kind = field.get_internal_type()
    if field.primary_key or field.is_relation:
        return "n" if field.primary_key or not field.null else "NULL"
    if field.choices:
        options = [str(each[0]).replace("'", "''") for each in field.choices if each[0] != ""]
        every = ", ".join(f"'{each}'" for each in options)
        return f"(ARRAY[{every}])[1 + n % {len(options)}]"
    if field.null:
        return "NULL"
    if kind in {"CharField", "TextField", "EmailField", "SlugField"}:
        return f"left('{field.name[:4]}' || n, {field.max_length or 40})"
    made = {
        "DateTimeField": "now() - n * interval '7 seconds'",
        "BooleanField": "false",
        "JSONField": "'{}'",
        "GenericIPAddressField": "'192.0.2.1'",
        "UUIDField": "gen_random_uuid()",
    }
    return made.get(kind, "n" if field.unique or field.name in {"seq", "number", "conversation"} else "0")


def addresses(client: Any) -> Iterator[tuple[str, str, str]]:
    """Page, what is done, address: each list, its next page, each search and filter; and a group of everybody."""
    from django.contrib import admin as pages
    from django.urls import reverse

    for page in pages.site._registry.values():
        label, at = page.opts.label, reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
        yield label, "first page", at
        for typed in TYPED:
            yield label, f"search {typed}", f"{at}?q={typed.replace('#', '%23')}"
        shown = client.get(at).context
        listed = shown.get("cl")
        if listed is None:
            continue
        if listed.older:
            yield label, "next page", at + listed.older
        for each in listed.filter_specs:
            for option in list(each.choices(listed))[1:]:
                yield label, f"{each.title}: {option['display']}", at + option["query_string"]
    group = reverse("admin:groups_governedgroup_change", args=[1])
    yield "groups.GovernedGroup", "a group of all", group
    yield "groups.GovernedGroup", "a member of all", f"{group}?q=m0999999"
    yield "audit.AuditRecord", "one person's", f"{reverse('admin:audit_auditrecord_changelist')}?actor=17"


def measure(rows: int) -> list[dict[str, Any]]:
    """The slowest of what is done on each page, and the most queries."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from accounts.authentication import DEVICE_KEY
    from accounts.models import Device, User

    setup_test_environment()
    settings.SECURE_SSL_REDIRECT = False
    root = User(pk=rows + 1, username="root", name="Root", is_staff=True, is_superuser=True)
    root.set_unusable_password()
    root.save(force_insert=True)
    seat = Device(pk=rows + 1, user=root, platform="browser", name="Bench")
    seat.save(force_insert=True)
    client = Client()
    client.force_login(root)
    session = client.session
    session[DEVICE_KEY] = seat.pk
    session.save()
    found: dict[str, dict[str, Any]] = {}
    for label, what, address in addresses(client):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        asked = list(seen.captured_queries)  # the next request clears them
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        took = []
        for _ in range(5):
            began = time.perf_counter()
            client.get(address)
            took.append((time.perf_counter() - began) * 1000)
        ms, queries = statistics.median(took), len(asked)
        if ms > BAR_MS or queries > BAR_QUERIES:
            print(f"  above: {label}, {what}: {ms:.0f} ms, {queries} queries", flush=True)
            slowest = max(asked, key=lambda each: float(each["time"]))
            print(f"    {slowest['time']} s: {slowest['sql'][:600]}", flush=True)
        row = found.setdefault(
            label, {"page": label, "rows": rows, "asked": 0, "queries": 0, "slowest ms": 0.0, "by": ""}
        )
        row["asked"] += 1
        row["queries"] = max(row["queries"], queries)
        if ms > row["slowest ms"]:
            row["slowest ms"], row["by"] = round(ms, 1), what
    return list(found.values())


def main(rows: int, answer: str) -> None:
    """Fill, measure, and write the rows as JSON into the file ``answer``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(rows)
    told = measure(rows)
    with open(answer, "w", encoding="utf-8") as out:
        json.dump(told, out)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
