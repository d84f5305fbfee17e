"""The verifier and the export, as an auditor runs them."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import selectors
from audit.services.recording import record
from audit.tests.test_recording import ALICE, BOB

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log():
    with transaction.atomic():
        for _ in range(4):
            record(ALICE, "user.changed", BOB)


def _verify(**options) -> str:
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out, **options)
    except CommandError as problem:
        return out.getvalue() + str(problem)
    return out.getvalue()


@pytest.mark.usefixtures("log")
def test_a_whole_log_passes_in_the_database_and_as_a_file(tmp_path):
    assert "4 records, whole and unaltered" in _verify()
    call_command("export_audit", tmp_path / "log.jsonl", stdout=io.StringIO())
    assert "4 records, whole and unaltered" in _verify(file=tmp_path / "log.jsonl")


@pytest.mark.usefixtures("log")
def test_a_tampered_row_is_named_and_the_exit_code_says_so():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditrecord SET action = 'user.created' WHERE seq = 2")
    assert "record 2: was altered" in _verify()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=io.StringIO())


@pytest.mark.usefixtures("log")
def test_a_tampered_file_is_named(tmp_path):
    file = tmp_path / "log.jsonl"
    call_command("export_audit", file, stdout=io.StringIO())
    lines = file.read_text().splitlines()
    lines[2] = json.dumps({**json.loads(lines[2]), "ip": "203.0.113.9"})
    file.write_text("\n".join(lines))
    assert "record 3: was altered" in _verify(file=file)


@pytest.mark.usefixtures("log")
def test_a_shortened_log_disagrees_with_the_lines_of_the_process(tmp_path):
    seq, digest = selectors.get_head()
    anchors = tmp_path / "process.log"
    anchors.write_text(f'{{"message": "audit {seq} {digest} user.changed"}}\nother line\n')
    assert "1 anchors agree" in _verify(anchors=anchors)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditrecord WHERE seq = 4")
        third = selectors.iterate(until=3)
        *_, last = third
        cursor.execute("UPDATE audit_audithead SET seq = 3, digest = %s", [last["digest"]])
    assert "3 records, whole" in _verify()
    assert "record 4: was anchored and is gone" in _verify(anchors=anchors)


def test_what_is_no_log_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "bad").write_text("not json")
    assert "This cannot be read" in _verify(file=tmp_path / "bad")
    assert "This cannot be read" in _verify(file=tmp_path / "missing")
