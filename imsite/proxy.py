"""Behind a proxy of the operator's: the scheme people see is the one the proxy was asked with.

Only wrapped around the doors when PARLEY_BEHIND_PROXY is set, because anybody can write the header. The address of the
caller is not changed here: ``accounts.authentication.client_ip`` reads it where it is needed.
"""

from imsite.observing import Application, Receive, Scope, Send

_SECURE = {"http": "https", "https": "https", "ws": "wss", "wss": "wss"}


def forwarded(application: Application) -> Application:
    """``application`` with ``scheme`` from X-Forwarded-Proto; the last value is the proxy's own."""

    async def believe(scope: Scope, receive: Receive, send: Send) -> None:
        said = [value for name, value in scope.get("headers", ()) if name.lower() == b"x-forwarded-proto"]
        if said and said[-1].split(b",")[-1].strip().lower() == b"https":
            scope = {**scope, "scheme": _SECURE.get(scope.get("scheme", "http"), "https")}
        await application(scope, receive, send)

    return believe
