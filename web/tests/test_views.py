import re

import pytest

from accounts.tests.factories import person, sign_in
from web.bundle import get_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    sign_in(client, person("alice", name='Alice "<b>" Wang', other_name="王爱丽"))
    return client.get("/")


def test_strangers_are_asked_to_sign_in(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/signin/?next=/"


def test_the_shell_says_who_is_signed_in_and_names_cannot_become_markup(page):
    text = page.content.decode()
    assert 'data-username="alice"' in text
    assert 'data-name="Alice &quot;&lt;b&gt;&quot; Wang"' in text
    assert 'data-other-name="王爱丽"' in text


def test_it_links_the_bundle_and_holds_no_inline_code(page):
    text = page.content.decode()
    assert f'<script type="module" src="{get_bundle().script}"></script>' in text
    assert len(re.findall("<script", text)) == 1
    assert " style=" not in text
    assert not re.findall(r"<[^>]*\son\w+=", text)


def test_the_policy_allows_no_foreign_code_and_no_text_as_code(page):
    policy = page["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(("theme", "drawn"), [("dark", True), ("light", True), ('x" onload="', False), ("", False)])
def test_the_theme_of_the_cookie_is_drawn_at_once_if_it_is_one(client, theme, drawn):
    sign_in(client, person("alice"))
    client.cookies["parley_theme"] = theme
    text = client.get("/").content.decode()
    assert (f'data-theme="{theme}"' in text) is drawn
    assert "onload" not in text


def test_the_cookie_for_changes_is_set(page):
    assert page.cookies["csrftoken"].value


def test_only_reading_is_allowed(client):
    sign_in(client, person("alice"))
    assert client.post("/").status_code == 405
