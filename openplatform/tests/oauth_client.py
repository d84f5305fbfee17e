"""What a person's browser does on the consent pages, for tests: reads the form that is shown and sends it."""

import base64
import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

BACK = "https://ci.example.com/back"
VERIFIER = "a" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
_FIELD = re.compile(r"<input[^>]*>")


def fields_of(page: str) -> dict[str, str]:
    """Names and values of the page's hidden fields."""
    found = {}
    for tag in _FIELD.findall(page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="hidden"' in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def ask(client: Client, client_id: str, **changes: str) -> Any:
    """The consent page."""
    wanted = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "xyz",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return client.get("/oauth/authorize", {key: value for key, value in {**wanted, **changes}.items() if value})


def allow(client: Client, page: Any, **changes: str) -> dict[str, str]:
    """Allow what the page says; what the app is told in its address."""
    sent = client.post("/oauth/authorize", {**fields_of(page.content.decode()), "allow": "true", **changes})
    assert sent.status_code == 302, sent.content
    return {key: values[0] for key, values in parse_qs(urlsplit(sent["Location"]).query).items()}
