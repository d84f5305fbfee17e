"""Twisted writes the headers that a Slack client looks for with its very letters, and no other name differently."""

from twisted.web.http_headers import Headers

from imsite import headers


def test_twisted_leaves_the_scope_headers_in_lower_case():
    headers.keep_lower_case()
    for given in (b"x-oauth-scopes", b"X-OAuth-Scopes", b"x-accepted-oauth-scopes", b"content-type"):
        sent = Headers()
        sent.addRawHeader(given, b"x")
        name = next(iter(sent.getAllRawHeaders()))[0]
        assert name == (b"Content-Type" if given == b"content-type" else given.lower())
