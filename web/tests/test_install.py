import json
import re

import pytest

from accounts.tests.factories import person, sign_in
from web.bundle import get_bundle, list_files

pytestmark = pytest.mark.django_db


def test_the_manifest_names_icons_that_exist(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        found = client.get(icon["src"])
        assert found.status_code == 200
        assert found["Content-Type"] == "image/png"
        assert found.getvalue()  # which also closes it


def test_the_manifest_speaks_the_language_of_the_page(client):
    client.cookies["django_language"] = "zh-hans"
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["lang"] == "zh-Hans"
    assert manifest["description"] == "全公司的即时消息"


def test_the_worker_names_the_files_of_the_bundle_and_is_never_cached(client):
    answer = client.get("/worker.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer["Cache-Control"]
    listed = json.loads(re.search(r"const BUNDLE = (\[.*\]);", text)[1])
    assert listed == list_files(get_bundle())
    assert len(set(listed)) == len(listed)
    for address in listed:
        found = client.get(address)
        assert found.status_code == 200
        assert found.getvalue()  # which also closes it


def test_the_worker_is_the_same_for_everybody(client):
    before = client.get("/worker.js").content
    sign_in(client, person("alice"))
    assert client.get("/worker.js").content == before


def test_the_page_links_the_manifest_and_allows_one_script_address(client):
    sign_in(client, person("alice"))
    page = client.get("/")
    assert '<link rel="manifest" href="/manifest.webmanifest"' in page.content.decode()
    assert "trusted-types parley-worker" in page["Content-Security-Policy"]
