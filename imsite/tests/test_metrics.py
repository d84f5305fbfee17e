"""Numbers are for the operator: by token, or from this machine and through no proxy."""

import pytest
from channels.testing import HttpCommunicator

from imsite import metrics

LOCAL, ELSEWHERE = ("127.0.0.1", 40000), ("203.0.113.9", 40000)


async def get(client, headers=()):
    asking = HttpCommunicator(metrics.application, "GET", "/metrics", headers=list(headers))
    asking.scope["client"] = client
    return await asking.get_response()


async def test_this_machine_sees_the_numbers():
    answer = await get(LOCAL)
    assert answer["status"] == 200
    assert b"parley_http_requests_total" in answer["body"]


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (ELSEWHERE, []),
        (None, []),
        (LOCAL, [(b"X-Forwarded-For", b"203.0.113.9")]),
        (LOCAL, [(b"Forwarded", b"for=203.0.113.9")]),
        (("unix", 0), []),
    ],
)
async def test_charlie_from_elsewhere_does_not(client, headers):
    answer = await get(client, headers)
    assert answer["status"] == 403
    assert b"parley_" not in answer["body"].replace(b"PARLEY_METRICS_TOKEN", b"")


@pytest.mark.parametrize(
    ("sent", "status"), [(b"Bearer right", 200), (b"Bearer wrong", 403), (b"right", 403), (b"", 403)]
)
async def test_with_a_token_only_the_token_counts(settings, sent, status):
    settings.METRICS_TOKEN = "right"
    assert (await get(ELSEWHERE, [(b"authorization", sent)]))["status"] == status
    assert (await get(LOCAL))["status"] == 403
