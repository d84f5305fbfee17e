"""Django behind ASGI: a request crosses between loop and threads a few times, not twice for each middleware."""

import pytest
from asgiref.sync import SyncToAsync
from asgiref.testing import ApplicationCommunicator

from imsite.handler import Handler

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_answer_costs_three_crossings_at_most(monkeypatch):
    crossings = []
    crossing = SyncToAsync.__call__

    async def counted(self, *args, **kwargs):
        crossings.append(self.func)
        return await crossing(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/me",
        "raw_path": b"/api/v1/me",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }
    asked = ApplicationCommunicator(Handler(), scope)
    await asked.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await asked.receive_output(10)
    body = await asked.receive_output(10)
    await asked.wait(10)
    assert (start["status"], b"unauthenticated" in body["body"]) == (401, True)
    assert 1 <= len(crossings) <= 3, crossings
