"""SAML 2.0, as the service provider: a request by redirect, the response by POST; the assertion must be signed and for us.

The library is an extra (requirements-saml.txt): without it providers of this kind cannot be saved, and say so.
"""

import importlib.util
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from identity import claims
from identity.claims import Claim, Untrusted
from identity.models import Provider
from identity.policy import is_of_domains

MISSING = "SAML needs its library: install requirements-saml.txt into Parley's environment and start again."
#: Usual names of attributes: ours, then those of Entra ID and of directories.
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
NAMES: Mapping[str, tuple[str, ...]] = {
    "username": ("username", "uid", "urn:oid:0.9.2342.19200300.100.1.1", f"{_CLAIMS}name"),
    "name": ("name", "displayName", "cn", "urn:oid:2.16.840.1.113730.3.1.241"),
    "email": ("email", "mail", "urn:oid:0.9.2342.19200300.100.1.3", f"{_CLAIMS}emailaddress"),
}
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
#: An assertion that was used is remembered at least this long, and as long as it holds.
REMEMBER_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """Our own addresses, as the provider knows them."""

    entity: str
    acs: str


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("onelogin") is not None and importlib.util.find_spec("xmlsec") is not None


def certificates_of(text: str) -> list[str]:
    """The certificates in a text of PEM, without their frames."""
    return ["".join(each.split()) for each in _PEM.findall(text)]


def metadata(provider: Provider, place: Place) -> str:
    """What the provider's administrator may upload there. Raises Untrusted."""
    return str(_settings(provider, place).get_sp_metadata())


def begin(provider: Provider, place: Place) -> tuple[str, str]:
    """(where to send the browser, the request's id). Raises Untrusted."""
    settings = _settings(provider, place)
    from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request  # noqa: PLC0415 - the extra
    from onelogin.saml2.utils import OneLogin_Saml2_Utils  # noqa: PLC0415

    request = OneLogin_Saml2_Authn_Request(settings)
    query = {"SAMLRequest": request.get_request(), "RelayState": provider.slug}
    return str(OneLogin_Saml2_Utils.redirect(provider.address, query, request_data={})), str(request.get_id())


def finish(provider: Provider, place: Place, response: str) -> tuple[Claim, str]:
    """(what the provider says, the id of the request that it answers); each assertion once. Raises Untrusted."""
    settings = _settings(provider, place)
    from onelogin.saml2.response import OneLogin_Saml2_Response  # noqa: PLC0415 - the extra

    try:
        found = OneLogin_Saml2_Response(settings, response)
        found.is_valid(_request(place), raise_exceptions=True)
        asked, subject = _in_response_to(found), str(found.get_nameid())
        said, assertion = found.get_attributes(), str(found.get_assertion_id())
        until = found.get_assertion_not_on_or_after()
    except Exception as problem:  # the library raises its own errors, lxml's, xmlsec's and bare ones
        raise Untrusted(f"assertion: {problem}"[:150]) from None
    left = max(REMEMBER_SECONDS, int((until or 0) - time.time()))
    if not cache.add(f"saml:{provider.pk}:{assertion}"[:200], 1, left):
        raise Untrusted("assertion was used before")
    return _claim(provider, subject, said), asked


def _claim(provider: Provider, subject: str, said: Mapping[str, Any]) -> Claim:
    told = {
        field: next((said[name] for name in (provider.mapping.get(field), *names) if name in said), "")
        for field, names in NAMES.items()
    }
    claim = claims.read(subject, told, {field: field for field in NAMES}, email_verified=False)
    # SAML has no word for it: the provider speaks for the domains that the administrator listed, and for no other.
    verified = bool(provider.email_domains.strip()) and is_of_domains(claim.email, provider.email_domains)
    return claims.read(subject, told, {field: field for field in NAMES}, email_verified=verified)


def _in_response_to(found: Any) -> str:
    """Which request the signed assertion itself answers: what stands around it is not always signed."""
    confirmations = found._query_assertion("/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData")
    asked = {str(each.get("InResponseTo") or "") for each in confirmations}
    if len(asked) != 1 or "" in asked:
        raise Untrusted("unsolicited")
    return asked.pop()


def _request(place: Place) -> dict[str, Any]:
    scheme, _, rest = place.acs.partition("://")
    host, _, path = rest.partition("/")
    return {"https": "on" if scheme == "https" else "off", "http_host": host, "script_name": f"/{path}", "get_data": {}}


def _settings(provider: Provider, place: Place) -> Any:
    if not is_installed():
        raise Untrusted(MISSING)
    from onelogin.saml2.settings import OneLogin_Saml2_Settings  # noqa: PLC0415 - the extra

    redirect, post = "HTTP-Redirect", "HTTP-POST"
    binding = "urn:oasis:names:tc:SAML:2.0:bindings:"
    made = {
        "strict": True,
        "sp": {"entityId": place.entity, "assertionConsumerService": {"url": place.acs, "binding": binding + post}},
        "idp": {
            "entityId": provider.client,
            "singleSignOnService": {"url": provider.address, "binding": binding + redirect},
            "x509certMulti": {"signing": certificates_of(provider.certificates)},
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "wantAttributeStatement": False,
            "allowSingleLabelDomains": True,
        },
    }
    try:
        return OneLogin_Saml2_Settings(made)
    except Exception as problem:
        raise Untrusted(f"settings: {problem}"[:150]) from None
