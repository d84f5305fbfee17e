"""One JSON object a line for machines, one readable line for people; an exception never breaks the form."""

import json
import logging
import logging.config
import warnings

import pytest
import structlog

from imsite import logs


@pytest.fixture
def lines(capsys):
    """What was written, after setting logs up in one of the two ways; the tests' own set-up comes back afterwards."""
    kept = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def set_up(*, machine_readable):
        config = logs.configure(machine_readable=machine_readable, level="INFO")
        structlog.configure(cache_logger_on_first_use=False)
        config["loggers"] = {}
        logging.config.dictConfig(config)
        return lambda: capsys.readouterr().err.strip().splitlines()

    yield set_up
    structlog.configure(**kept)
    root.handlers, root.level = handlers, level


def test_machines_get_one_json_object_a_line(lines):
    written = lines(machine_readable=True)
    with structlog.contextvars.bound_contextvars(request_id="abcd1234"):
        structlog.get_logger("parley.test").info("answered", status=200)
        logging.getLogger("library").warning("said %s", "that")
        try:
            raise ValueError("line one\nline two")
        except ValueError:
            structlog.get_logger("parley.test").exception("failed")
    ours, theirs, failed = map(json.loads, written())
    assert (ours["event"], ours["status"], ours["request_id"], ours["level"]) == ("answered", 200, "abcd1234", "info")
    assert (theirs["event"], theirs["request_id"], theirs["logger"]) == ("said that", "abcd1234", "library")
    assert "ValueError: line one" in failed["exception"]


def test_people_get_readable_lines(lines):
    written = lines(machine_readable=False)
    structlog.get_logger("parley.test").warning("answered", status=500)
    (line,) = written()
    assert "answered" in line
    assert "status=500" in line
    assert not line.startswith("{")


@pytest.mark.parametrize("machine_readable", [True, False])
def test_a_traceback_never_shows_what_variables_held(lines, machine_readable):
    written = lines(machine_readable=machine_readable)
    try:
        password = "hunter2".upper()
        raise ValueError(len(password))
    except ValueError:
        structlog.get_logger("parley.test").exception("failed")
    said = "\n".join(written())
    assert "ValueError" in said
    assert "HUNTER2" not in said


def test_below_the_level_nothing_is_written(lines):
    written = lines(machine_readable=True)
    structlog.get_logger("parley.test").debug("detail")
    assert written() == []


def test_static_files_read_as_a_whole_are_no_warning(lines):
    with warnings.catch_warnings(record=True) as warned:
        logs.configure(machine_readable=False, level="INFO")
        warnings.warn("StreamingHttpResponse must consume synchronous iterators in order to", Warning, stacklevel=1)
        warnings.warn("another one", Warning, stacklevel=1)
    assert [str(each.message) for each in warned] == ["another one"]
