"""Settings work with nothing set; what must be set for several processes is asked for by name."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCALED = {"REDIS_URL": "redis://localhost:6379/0", "DATABASE_URL": "postgres://parley@localhost/parley"}


def evaluate(expression: str, tmp_path: Path, **env: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PARLEY_", "DATABASE_", "REDIS_"))}
    done = subprocess.run(
        [sys.executable, "-c", f"from imsite import settings as s; print(({expression}))"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**clean, "PARLEY_VAR": str(tmp_path), **env},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return (done.stdout + done.stderr).strip()


def test_the_embedded_form_is_for_this_machine_only(tmp_path):
    assert evaluate("s.ALLOWED_HOSTS, s.DEBUG", tmp_path) == "(['localhost', '127.0.0.1', '[::1]'], False)"


def test_the_scaled_form_asks_for_its_secret_and_its_hosts_by_name(tmp_path):
    assert evaluate("1", tmp_path, **SCALED).startswith("PARLEY_SECRET_KEY is not set: ")
    assert evaluate("1", tmp_path, PARLEY_SECRET_KEY="k" * 50, **SCALED).startswith("PARLEY_HOSTS is not set: ")
    assert not (tmp_path / "secret_key").exists()


def test_two_installations_in_one_redis_stay_apart(tmp_path):
    given = {**SCALED, "PARLEY_SECRET_KEY": "k" * 50, "PARLEY_HOSTS": "a.example", "PARLEY_REDIS_PREFIX": "blue"}
    said = evaluate(
        "s.CHANNEL_LAYERS['default']['CONFIG']['prefix'], s.CACHES['default']['KEY_PREFIX'],"
        " s.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']",
        tmp_path,
        **given,
    )
    assert said == "('blue', 'blue', 'blue:')"


def test_tasks_may_go_through_rabbitmq_and_the_rest_stays_in_redis(tmp_path):
    given = {**SCALED, "PARLEY_SECRET_KEY": "k" * 50, "PARLEY_HOSTS": "a.example"}
    said = "s.CELERY_BROKER_URL, s.CELERY_BROKER_TRANSPORT_OPTIONS, s.CACHES['default']['LOCATION'] == s.REDIS_URL"
    assert evaluate(said, tmp_path, **given, PARLEY_BROKER="amqp://mq/parley") == (
        "('amqp://mq/parley', {'confirm_publish': True}, True)"
    )
    assert evaluate("s.CELERY_BROKER_URL == s.REDIS_URL", tmp_path, **given) == "True"


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(tmp_path):
    said = "s.DATABASES['default']['OPTIONS']['init_command']"
    assert "synchronous=FULL" in evaluate(said, tmp_path)
    assert "synchronous=NORMAL" in evaluate(said, tmp_path, PARLEY_SQLITE_SYNCHRONOUS="NORMAL")


def test_cookies_and_addresses_are_for_tls_only_in_the_scaled_form(tmp_path):
    given = {**SCALED, "PARLEY_SECRET_KEY": "k" * 50, "PARLEY_HOSTS": "a.example"}
    said = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0"
    assert evaluate(said, tmp_path, **given) == "(True, True, True, True)"
    assert evaluate(said, tmp_path) == "(False, False, False, False)"


def test_a_forwarded_scheme_is_believed_only_behind_a_proxy_of_ours(tmp_path):
    said = "hasattr(s, 'SECURE_PROXY_SSL_HEADER')"
    assert evaluate(said, tmp_path) == "False"
    assert evaluate(said, tmp_path, PARLEY_BEHIND_PROXY="1") == "True"


def test_pages_may_load_nothing_from_elsewhere_and_run_no_inline_script(tmp_path):
    said = evaluate("s.CONTENT_SECURITY_POLICY['DIRECTIVES']", tmp_path)
    assert "unsafe" not in said
    assert "http" not in said
    assert "'default-src': [\"'self'\"]" in said


def test_postgresql_is_reached_by_name_or_through_a_socket(tmp_path):
    said = "s.DATABASES['default']['HOST'], s.DATABASES['default']['NAME']"
    reached = [
        evaluate(said, tmp_path, DATABASE_URL=address)
        for address in ("postgres://parley@db.internal/im", "postgres://parley@%2Frun%2Fpostgresql/im")
    ]
    assert reached == ["('db.internal', 'im')", "('/run/postgresql', 'im')"]
