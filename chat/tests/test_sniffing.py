"""What a file is: its bytes say so."""

import pytest

from chat.services import sniffing
from protocol import errors


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"%PDF-1.7 ...", "a.png", "application/pdf"),
        (b"PK\x03\x04rest", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04rest", "a.html", "application/zip"),
        (b"<script>alert(1)</script>", "a.html", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"),
        (b"<script>alert(1)</script>", "a.png", "text/plain"),
        (b"\x00\x01\x02", "a.png", "application/octet-stream"),
        (b"\x00\x01\x02", "a.html", "application/octet-stream"),
        ("字".encode() * 1365 + b"ab" + "字".encode(), "a.md", "text/markdown"),
        (b"{}", "a.json", "application/json"),
        (b"\x00\x00\x00\x18ftypmp42", "a.mov", "video/mp4"),
    ],
)
def test_the_type_is_what_the_bytes_say(content: bytes, name: str, found: str):
    assert sniffing.media_type_of(content[: sniffing.HEAD], name) == found


@pytest.mark.parametrize("name", ["a.exe", "A.EXE", "a.exe. .", "a.txt.bat", "文件.scr"])
def test_programs_are_refused_by_the_ending_of_their_name(name: str):
    with pytest.raises(errors.BadRequest) as caught:
        sniffing.refuse_blocked(name)
    assert caught.value.details["rule"] == "blocked_type"


@pytest.mark.parametrize("name", ["a.txt", "exe", "a.exe.txt", "a.", "", "main.py", "page.html"])
def test_other_files_are_not(name: str):
    sniffing.refuse_blocked(name, "text/plain")


def test_what_is_refused_is_a_tunable(settings):
    settings.CHAT_FILE_BLOCKED_ENDINGS = frozenset({"html"})
    sniffing.refuse_blocked("a.exe")
    with pytest.raises(errors.BadRequest):
        sniffing.refuse_blocked("a.html")
