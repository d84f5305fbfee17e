import hashlib
import subprocess
import sys
from pathlib import Path

from web import bundle

ROOT = Path(bundle.__file__).resolve().parent.parent
LIST = ROOT / "web/client/bundle.sha256"


def test_every_linked_file_is_there_and_named_by_its_content():
    found = bundle.get_bundle()
    for address in (found.script, *found.imports, *found.styles):
        assert address.startswith("/static/web/")
        name = address.rsplit("/", 1)[1]
        assert (bundle.FOLDER / name).is_file()
        assert len(name.split(".")[1]) == 12


def test_the_committed_bundle_belongs_to_the_committed_sources():
    """Without Node: the digests that the build wrote down still hold. With Node, ``npm run verify`` rebuilds it."""
    listed = dict(reversed(line.split("  ", 1)) for line in LIST.read_text().splitlines())
    for path, digest in listed.items():
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest, f"{path} changed: run npm run build"
    there = [
        *(ROOT / "web/client/src").rglob("*"),
        *(ROOT / "sdk/js/src").rglob("*"),
        *bundle.FOLDER.rglob("*"),
    ]
    assert {str(each.relative_to(ROOT)) for each in there if each.is_file()} <= set(listed)


def test_the_committed_widget_belongs_to_the_committed_sources():
    """The same for the one file that other sites add."""
    listed = dict(
        reversed(line.split("  ", 1)) for line in (ROOT / "sdk/widget/bundle.sha256").read_text().splitlines()
    )
    for path, digest in listed.items():
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest, f"{path} changed: npm run build"
    assert "web/static/widget/parley-widget.js" in listed


def test_the_kit_speaks_the_protocol_of_this_server():
    made = subprocess.run(
        [sys.executable, str(ROOT / "sdk/js/make_wire.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr


def test_lock_files_name_no_registry():
    for folder in ("sdk/js", "sdk/widget", "web/client"):
        assert '"resolved"' not in (ROOT / folder / "package-lock.json").read_text()
