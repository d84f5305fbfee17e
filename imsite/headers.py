"""Headers that have to leave in lower case: Twisted, under Daphne, writes header names its own way.

Slack's synchronous Python client looks for ``x-oauth-scopes`` with these very letters. The other servers send names as
they are given.
"""

LOWER = (b"x-oauth-scopes", b"x-accepted-oauth-scopes")


def keep_lower_case() -> None:
    """Teach Twisted these names, when it is there."""
    try:
        from twisted.web import http_headers  # noqa: PLC0415 - other servers do without it
    except ImportError:
        return
    encoder = http_headers._NameEncoder
    for name in LOWER:
        encoder._caseMappings[b"-".join(part.capitalize() for part in name.split(b"-"))] = name
