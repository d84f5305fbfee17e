"""The house holds to its plan: floors, mirrored tests, sizes, events that are said and shown, settings that are safe.

Each allow-list gives its reasons; a name without one does not go in. Page: docs/map.md.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from protocol import events

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "protocol",
    "outgoing",
    "audit",
    "accounts",
    "chat",
    "identity",
    "groups",
    "compliance",
    "push",
    "openplatform",
    "web",
    "imsite",
)

#: Modules without a mirror test: what would be tested there is tested where it is used.
NO_MIRROR = {
    "accounts/listing.py": "every list of every room is opened: tests/test_admin_lists.py",
    "audit/apps.py": "registration with Django only",
    "audit/admin.py": "who opens the admin has a device of accounts, above this room: tests/test_audit_pages.py",
    "audit/models.py": "rows: test_recording.py writes and reads every one, and tries to change and delete",
    "audit/rendering.py": "one function: test_recording.py and test_commands.py check digests made over what it tells",
    "audit/selectors.py": "test_recording.py and test_commands.py read the log through it",
    "audit/actions.py": "names: tests/test_audited.py holds them against the services that record them",
    "accounts/apps.py": "registration with Django only",
    "chat/apps.py": "registration with Django only",
    "identity/apps.py": "registration with Django only",
    "identity/admin/__init__.py": "names; test_factors.py goes through the pages",
    "identity/conf.py": "numbers; test_factors.py and web/tests/test_second.py wait for each",
    "identity/models.py": "rows: the tests of services write and read every one",
    "identity/claims.py": "a value; test_oidc.py reads claims that are whole, odd and missing",
    "identity/providers/asking.py": "test_oidc.py asks a provider over HTTP, and one where it may not",
    "identity/services/joining.py": "test_oidc.py comes in by every way that lets in, and by those that do not",
    "identity/services/providers.py": "test_oidc.py saves, links and removes, with an outsider",
    "identity/admin/providers.py": "test_oidc.py goes through the pages",
    "web/company.py": "identity/tests/test_oidc.py goes away and comes back, tests/interop/test_company_signin.py too",
    "identity/rosters.py": "test_scim.py filters and pages, and counts the queries",
    "identity/admin/directories.py": "test_scim.py goes through the pages",
    "identity/services/directories.py": "test_scim.py makes and revokes, with an outsider",
    "identity/services/directory_people.py": "test_scim.py makes, changes, closes and brings back through the door",
    "identity/services/directory_groups.py": "test_scim.py fills and empties groups through the door",
    "identity/dialects/scim_schemas.py": "test_scim_dialects.py, and scim2-tester reads every document",
    "identity/dialects/scim_filters.py": "test_scim_dialects.py reads filters that are whole and odd",
    "identity/dialects/scim_patches.py": "test_scim_dialects.py patches, and refuses in SCIM's words",
    "identity/selectors.py": "test_factors.py asks each through a service",
    "identity/services/rules.py": "test_factors.py makes, changes and removes rules, with an outsider",
    "identity/services/entering.py": "one record; web/tests/test_second.py reads it after each door",
    "web/opening.py": "test_signin.py and test_second.py come in by every door",
    "web/security.py": "test_second.py presses every button, with an outsider",
    "groups/apps.py": "registration with Django only",
    "groups/conf.py": "numbers; test_jobs.py and test_tasks.py turn them",
    "groups/words.py": "words; test_jobs.py holds them against the kinds there are",
    "groups/models.py": "rows: the tests of services and selectors write and read every one",
    "groups/listeners.py": "one call: test_reports.py sends through a hand-over",
    "compliance/apps.py": "registration with Django only",
    "compliance/models.py": "rows: test_compliance.py writes and reads every one",
    "compliance/selectors.py": "reads: test_compliance.py asks each through a service",
    "compliance/policy.py": "two functions: test_compliance.py tries both",
    "compliance/tasks.py": "one call; test_compliance.py sweeps",
    "compliance/admin.py": "test_compliance.py goes through its pages",
    "compliance/services/holds.py": "test_compliance.py, one story per act",
    "compliance/services/withheld.py": "test_compliance.py, one story per act",
    "compliance/services/retention.py": "test_compliance.py, one story per act",
    "compliance/services/erasing.py": "test_compliance.py, one story per act",
    "compliance/services/exporting.py": "test_compliance.py, one story per act",
    "compliance/services/archive.py": "test_compliance.py changes one and has it checked",
    "push/apps.py": "registration with Django only",
    "push/models.py": "rows: the tests of its services write and read every one",
    "push/conf.py": "names and numbers; test_delivering.py and test_spreading.py turn them",
    "push/listeners.py": "test_delivering.py and test_tasks.py run each through a hand-over",
    "push/selectors.py": "test_spreading.py and test_delivering.py count its queries and use all it reads",
    "push/services/ledger.py": "test_explaining.py tries each act, with an outsider",
    "push/services/gathering.py": "test_mailing.py reads what it found in letters",
    "push/services/letters.py": "test_mailing.py reads the letters, web/tests/test_unsubscribe.py forges their address",
    "push/services/wording.py": "test_delivering.py reads what it wrote in a browser",
    "push/services/withdrawing.py": "test_delivering.py takes back by reading, by recalling and on the way",
    "openplatform/apps.py": "registration with Django only",
    "web/apps.py": "registration with Django only",
    "imsite/apps.py": "registration with Django only",
    "accounts/models.py": "rows and constraints: the tests of services and selectors write and read every one",
    "chat/sight.py": "test_subscriptions.py counts its queries and asks it through every reader",
    "chat/later.py": "rows and constraints: test_scheduled.py and test_reminders.py write and read every one",
    "chat/participation.py": "rows and constraints: test_threads.py and test_polls.py write and read every one",
    "openplatform/listeners.py": "one call; test_deliveries.py writes through it",
    "openplatform/services/replying.py": "what a reply does: test_interactions.py, test_whispers.py and test_card_answers.py",
    "openplatform/services/speaking.py": "one question: test_interactions.py asks real endpoints",
    "openplatform/services/wires.py": "one request: test_posting.py and test_subscriptions.py make it to real endpoints",
    "openplatform/interacting.py": "rows and constraints: the tests of services write and read every one",
    "openplatform/services/slack_reading.py": "test_slack_methods.py reads every page and message through it",
    "openplatform/services/slack_secrets.py": "test_slack_asking.py shares and changes the secret",
    "openplatform/reaching.py": "rows and constraints: the tests of services write and read every one",
    "chat/timeline/losing.py": "a seam of three functions: compliance/tests/test_compliance.py goes through each",
    "chat/models.py": "rows and constraints: the tests of services and selectors write and read every one",
    "chat/realtime/metrics.py": "numbers by name; those who count are tested, /metrics in imsite/tests/test_metrics.py",
    "chat/selectors/__init__.py": "the names of its modules, each of which is tested",
    "chat/selectors/access.py": "the check before every read: test_outsiders.py tries each, test_timelines.py the rest",
    "chat/services/joining.py": "bulk statements of conversations and members: their tests count rows and queries",
    "outgoing/errors.py": "three names; test_guard.py and test_client.py raise each",
    "protocol/facts.py": "bases of the events: test_events.py checks every class made from them",
    "protocol/conversation_events.py": "events: test_events.py, test_codec.py and the vectors check every class",
    "protocol/personal_events.py": "events: test_events.py, test_codec.py and the vectors check every class",
    "protocol/live_events.py": "events: test_events.py, test_codec.py and the vectors check every class",
    "protocol/arrays.py": "the inside of the binary codec: test_codec.py takes every class through both codecs",
    "web/urls.py": "addresses; test_views.py and test_signin.py go through them",
    "imsite/urls.py": "addresses; every room tests its own",
    "imsite/asgi.py": "wiring; tests/test_life_of_a_message.py goes through it",
}
#: Modules above 400 lines, and why they are one.
LONG_MODULES: dict[str, str] = {
    "sdk/python/parley_sdk/wire/events.py": "generated from protocol/, one class for each event",
    "sdk/js/src/wire.ts": "generated from protocol/, one type for each frame, reply and event",
}
#: Functions above 60 lines, and why they are one.
LONG_FUNCTIONS: dict[str, str] = {}


def modules(*folders: str) -> list[Path]:
    """Every module of ours, without migrations, tests and what is not Python of ours."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if not {"migrations", "tests", "node_modules"} & set(parts):
                found.append(path)
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_floors_hold():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def mirrors(path: Path) -> list[Path]:
    """Where the test of a module may be: in its room's ``tests/``, or in the ``tests/`` of its own package."""
    room = ROOT / path.relative_to(ROOT).parts[0]
    stem = path.stem if path.stem != "__init__" else path.parent.name
    inner = path.relative_to(room).parent.parts
    places = [room / "tests", path.parent / "tests"]
    places += [room / "tests" / Path(*inner[:depth]) for depth in range(1, len(inner) + 1)]
    # A test may say its package in its name: services/messages.py → test_services_messages.py or test_messages.py.
    stems = {stem, "_".join((*inner, stem))}
    if inner:
        # A package may be tested as one: kinds/text.py → test_kinds.py.
        stems |= {inner[-1], "_".join(inner)}
    return [place / f"test_{each}.py" for place in places for each in stems]


def test_every_module_has_its_mirror_test():
    bare = []
    for path in modules(*ROOMS):
        empty = len([node for node in ast.parse(path.read_text()).body if not isinstance(node, ast.Expr)]) == 0
        if empty or name(path) in NO_MIRROR or "management" in path.parts:
            continue
        if path.name == "__init__.py" and path.parent.parent == ROOT:
            continue
        if not any(each.exists() for each in mirrors(path)):
            bare.append(name(path))
    assert not bare, f"no tests for: {', '.join(bare)}"


def test_no_allow_list_names_what_is_gone():
    listed = {*NO_MIRROR, *LONG_MODULES, *(each.split(":")[0] for each in LONG_FUNCTIONS)}
    assert not [each for each in listed if not (ROOT / each).exists()]


def test_every_module_says_its_reason():
    silent = [
        name(path) for path in modules(*ROOMS, "benchmarks") if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    silent = [each for each in silent if (ROOT / each).stat().st_size]
    assert not silent, f"no docstring: {', '.join(silent)}"


def test_no_module_is_longer_than_400_lines():
    folders = [ROOT / each for each in (*ROOMS, "benchmarks", "deploy", "docs", "sdk", "tests")]
    files = [each for folder in folders for kind in ("*.py", "*.ts", "*.tsx") for each in folder.rglob(kind)]
    ours = [each for each in files if not {"node_modules", "migrations", ".venv"} & set(each.parts)]
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}
    over = {each: lines for each, lines in long.items() if lines > 400 and each not in LONG_MODULES}
    assert not over, f"split these: {over}"


def test_no_function_is_longer_than_60_lines():
    over = {}
    for path in modules(*ROOMS, "benchmarks", "deploy", "sdk/python"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                key = f"{name(path)}:{node.name}"
                if lines > 60 and key not in LONG_FUNCTIONS:
                    over[key] = lines
    assert not over, f"split these: {over}"


def test_no_room_of_leftovers():
    words = {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager", "managers", "handlers"}
    assert not [name(path) for path in modules(*ROOMS) if words & {path.stem, *path.relative_to(ROOT).parts}]


def every_event() -> list[type[events.Event]]:
    found, waiting = [], [events.Event]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            if shape.__struct_config__.tag and shape.code:
                found.append(shape)
    return sorted(found, key=lambda shape: shape.code)


@pytest.mark.parametrize("shape", every_event(), ids=lambda shape: shape.__struct_config__.tag)
def test_every_event_has_a_vector_an_emitter_and_a_paragraph(shape):
    tag = shape.__struct_config__.tag
    vectors = json.loads((ROOT / "tests" / "vectors" / "events.json").read_text())
    assert tag in {each["type"] for each in vectors}, "no sample in tests/vectors/events.json"
    assert len((shape.__doc__ or "").split()) >= 3, "say in its docstring what it means"
    sources = [path.read_text() for room in ROOMS if room != "protocol" for path in modules(room)]
    assert any(f'"{tag}"' in text or shape.__name__ in text for text in sources), "nothing emits it"


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PARLEY_", "DATABASE_", "REDIS_"))}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "imsite.settings", "PARLEY_VAR": os.environ["PARLEY_VAR"], **env},
    )


def test_no_migration_is_missing():
    done = manage("makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr


SCALED = {"DATABASE_URL": "postgres://parley@localhost/parley", "REDIS_URL": "redis://localhost:6379/0"}


def test_the_scaled_form_passes_the_deployment_check():
    done = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        PARLEY_SECRET_KEY="0123456789" * 6,
        PARLEY_HOSTS="im.example.com",
        **SCALED,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("missing", ["PARLEY_SECRET_KEY", "PARLEY_HOSTS"])
def test_the_scaled_form_says_which_setting_is_missing(missing):
    given = {"PARLEY_SECRET_KEY": "0123456789" * 6, "PARLEY_HOSTS": "im.example.com"}
    del given[missing]
    done = manage("check", **given, **SCALED)
    assert done.returncode != 0
    assert missing in done.stderr
    assert "Traceback" not in done.stderr
