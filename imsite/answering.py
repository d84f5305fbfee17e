"""A whole HTTP answer in one call, for the few addresses that are answered beside Django."""

from imsite.observing import Send


async def answer(send: Send, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
    """Send status, headers and body; nothing may be kept by a cache."""
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
