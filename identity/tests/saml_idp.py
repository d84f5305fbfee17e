"""A company's SAML provider: responses that it signs with another library than the one that checks them, and may lie in."""

import base64
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner, methods

ENTITY, SSO = "https://idp.example.com/metadata", "https://idp.example.com/sso"
SP = "http://testserver/signin/with/corp"
NAMESPACES = {"samlp": "urn:oasis:names:tc:SAML:2.0:protocol", "saml": "urn:oasis:names:tc:SAML:2.0:assertion"}

RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0" IssueInstant="{now}"
 Destination="{destination}" InResponseTo="{outer}"><saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="{id}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{subject}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{recipient}"{answering}/></saml:SubjectConfirmation>
</saml:Subject><saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>
<saml:Attribute Name="uid"><saml:AttributeValue>{username}</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="mail"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="displayName"><saml:AttributeValue>Dana Doe</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response>"""


class Idp:
    """A key, its certificate, and a number for each assertion."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")]), datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
        self.certificate = made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
        self.count = 0

    def answer(self, address: str, *, signed: bool = True, **lies: Any) -> Any:
        """The response to the request that ``address`` holds, as a tree."""
        packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
        request = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
        self.count += 1

        def at(seconds: float) -> str:
            return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

        asked = request.get("ID")
        usual: dict[str, Any] = {
            "now": at(0), "since": at(-60), "until": at(300), "id": f"_a{self.count}", "issuer": ENTITY,
            "subject": "dana-0042", "recipient": f"{SP}/acs/", "destination": f"{SP}/acs/", "outer": asked,
            "audience": f"{SP}/metadata/", "answering": f' InResponseTo="{asked}"', "username": "dana",
            "email": "dana@example.com",
        }  # fmt: skip
        usual |= {name: at(value) if isinstance(value, int) else value for name, value in lies.items()}
        tree = etree.fromstring(RESPONSE.format(**usual))
        if signed:
            self.sign(tree)
        return tree

    def sign(self, tree: Any) -> None:
        """Sign the assertion in place, where the schema wants the signature."""
        assertion = tree.find("saml:Assertion", NAMESPACES)
        place = etree.SubElement(assertion, "{http://www.w3.org/2000/09/xmldsig#}Signature", Id="placeholder")
        assertion.insert(1, place)
        signer = XMLSigner(methods.enveloped, c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        done = signer.sign(assertion, key=self.key, cert=self.certificate, reference_uri=assertion.get("ID"))
        tree.replace(assertion, done)


def packed(tree: Any) -> str:
    """As a browser posts it."""
    return base64.b64encode(etree.tostring(tree)).decode()
