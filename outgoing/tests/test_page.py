"""What a page says of itself: its marks before its title, in its own letters, whatever the bytes are."""

import pytest

from outgoing.page import DESCRIPTION_CHARS, TITLE_CHARS, Page, read_page


def test_its_marks_come_before_its_title():
    body = b"""<html><head><title>Plain &amp; title</title>
    <meta property="og:title" content="The &quot;title&quot;"><meta name=description content="Plain">
    <meta property="og:description" content=" Two\n lines "><meta property="og:site_name" content="Site">
    <meta property="og:image" content="/a.png"></head><body><meta property="og:title" content="Not me"></body>"""
    assert read_page(body) == Page('The "title"', "Two lines", "Site", "/a.png")
    assert read_page(b"<title> Plain\n&amp; title</title>").title == "Plain & title"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<title>中文</title>".encode("gb18030"), "text/html; charset=GB18030"),
        (b'<meta charset="gbk">' + "<title>中文</title>".encode("gbk"), "text/html"),
        ("<title>中文</title>".encode(), "text/html; charset=no-such-thing"),
        ("<title>中文</title>".encode(), ""),
    ],
)
def test_it_is_read_in_its_own_letters(body, content_type):
    assert read_page(body, content_type).title == "中文"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"<title", b"<!DOCTYPE [<![x", b"<" * 10_000, b"<title>\xe4"])
def test_whatever_the_bytes_are_there_is_a_page(body):
    assert isinstance(read_page(body), Page)


def test_texts_are_bounded_and_on_one_line():
    page = read_page(f"<title>{'t' * 999}</title><meta name=description content='{'d ' * 999}\u202e\x07'>".encode())
    assert (len(page.title), len(page.description) <= DESCRIPTION_CHARS) == (TITLE_CHARS, True)
    assert page.title.endswith("…")
    assert "\u202e" not in read_page("<title>a\u202eb</title>".encode()).title
