"""``/metrics`` for Prometheus: everything counted in this process, for whoever may see it.

Any room adds a number by making a ``prometheus_client`` Counter, Gauge or Histogram named ``parley_…`` in the module that
knows it; the library's own registry is the list. Every gateway has its own numbers: scrape each.
"""

import asyncio
import hmac
import ipaddress

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from imsite.answering import answer
from imsite.observing import Receive, Scope, Send


def may_see(scope: Scope) -> bool:
    """With PARLEY_METRICS_TOKEN: who sends it as bearer. Without: who asks from this machine, not through a proxy."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(headers.get(b"authorization", b""), f"Bearer {settings.METRICS_TOKEN}".encode())
    if b"x-forwarded-for" in headers or b"forwarded" in headers or not scope.get("client"):
        return False
    try:
        return ipaddress.ip_address(scope["client"][0]).is_loopback
    except ValueError:
        return False


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The numbers, or 403."""
    if may_see(scope):
        # In a thread: some numbers are read from the cache, which may be slow to answer.
        numbers = await asyncio.to_thread(generate_latest)
        await answer(send, 200, numbers, CONTENT_TYPE_LATEST)
    else:
        await answer(send, 403, b"Send PARLEY_METRICS_TOKEN as a bearer token.\n")
