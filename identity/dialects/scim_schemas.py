"""SCIM 2.0 (RFC 7643): what Parley keeps of people and groups, as data; the discovery documents are made from it.

``tidy`` brings a document that a directory sent into these names and types; what is not listed is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CORE = "urn:ietf:params:scim:schemas:core:2.0"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
USER, GROUP = f"{CORE}:User", f"{CORE}:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CHARS = 1000
VALUES = 1000


class Invalid(Exception):
    """What was sent cannot be taken; ``kind`` is SCIM's word for it (RFC 7644, table 9)."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a schema."""

    name: str
    type: str = "string"
    many: bool = False
    required: bool = False
    writable: str = "readWrite"
    unique: bool = False
    parts: tuple["Attribute", ...] = ()
    refers: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As a schema document tells it."""
        said: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "multiValued": self.many,
            "description": self.name,
            "required": self.required,
            "mutability": self.writable,
            "returned": "default",
            "uniqueness": "server" if self.unique else "none",
            "caseExact": False,
        }
        if self.parts:
            said["subAttributes"] = [each.told() for each in self.parts]
        if self.refers:
            said["referenceTypes"] = list(self.refers)
        return said


_EMAIL = (Attribute("value"), Attribute("type"), Attribute("primary", "boolean"), Attribute("display"))
_GROUPS = (
    Attribute("value", writable="readOnly"),
    Attribute("$ref", "reference", writable="readOnly", refers=("Group",)),
    Attribute("display", writable="readOnly"),
)
_MEMBERS = (
    Attribute("value", writable="immutable"),
    Attribute("$ref", "reference", writable="immutable", refers=("User",)),
)
_ID = Attribute("externalId")
ATTRIBUTES: Mapping[str, tuple[Attribute, ...]] = {
    USER: (
        Attribute("userName", required=True, unique=True),
        Attribute("name", "complex", parts=(Attribute("formatted"), Attribute("familyName"), Attribute("givenName"))),
        Attribute("displayName"),
        Attribute("title"),
        Attribute("active", "boolean"),
        Attribute("emails", "complex", many=True, parts=_EMAIL),
        Attribute("groups", "complex", many=True, writable="readOnly", parts=_GROUPS),
    ),
    ENTERPRISE: (Attribute("department"), Attribute("employeeNumber")),
    GROUP: (
        Attribute("displayName", required=True),
        Attribute("members", "complex", many=True, parts=_MEMBERS),
    ),
}
_NAMES = {USER: "User", GROUP: "Group", ENTERPRISE: "EnterpriseUser"}


def attributes_of(kind: str) -> dict[str, Attribute]:
    """The attributes of a resource by lower-case name, ``externalId`` among them."""
    return {each.name.lower(): each for each in (*ATTRIBUTES[kind], _ID)}


def tidy(kind: str, sent: Any) -> dict[str, Any]:
    """A document with our names and types. Raises Invalid."""
    if not isinstance(sent, dict):
        raise Invalid("invalidSyntax", "The body is no JSON object.")
    made = _tidy_all(attributes_of(kind), sent)
    if kind == USER:
        more = next((value for name, value in sent.items() if name.lower() == ENTERPRISE.lower()), None)
        if isinstance(more, dict) and (kept := _tidy_all(_extension(), more)):
            made[ENTERPRISE] = kept
    return made


def tidy_value(attribute: Attribute, value: Any) -> Any:
    """A value of one attribute; None: there is none. Raises Invalid."""
    if value is None or value in ([], {}):
        return None
    if attribute.many:
        values = value if isinstance(value, list) else [value]
        if len(values) > VALUES * 10:
            raise Invalid("tooMany", f"At most {VALUES * 10} values of {attribute.name}.")
        return [found for each in values if (found := _tidy_one(attribute, each)) is not None] or None
    return _tidy_one(attribute, value)


def schemas() -> list[dict[str, Any]]:
    """The schema documents."""
    return [
        {
            "schemas": [f"{CORE}:Schema"],
            "id": kind,
            "name": _NAMES[kind],
            "description": _NAMES[kind],
            "attributes": [each.told() for each in attributes],
            "meta": {"resourceType": "Schema", "location": f"/scim/v2/Schemas/{kind}"},
        }
        for kind, attributes in ATTRIBUTES.items()
    ]


def resource_types() -> list[dict[str, Any]]:
    """The resource types."""
    return [
        {
            "schemas": [f"{CORE}:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": f"/{name}s",
            "description": name,
            "schema": kind,
            "schemaExtensions": [{"schema": ENTERPRISE, "required": False}] if kind == USER else [],
            "meta": {"resourceType": "ResourceType", "location": f"/scim/v2/ResourceTypes/{name}"},
        }
        for kind, name in ((USER, "User"), (GROUP, "Group"))
    ]


def service(most: int) -> dict[str, Any]:
    """What this server can do."""
    no = {"supported": False}
    return {
        "schemas": [f"{CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": most},
        "changePassword": no,
        "sort": no,
        "etag": no,
        "authenticationSchemes": [
            {"type": "oauthbearertoken", "name": "Bearer token", "description": "A token of this directory."}
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": "/scim/v2/ServiceProviderConfig"},
    }


def _extension() -> dict[str, Attribute]:
    return {each.name.lower(): each for each in ATTRIBUTES[ENTERPRISE]}


def _tidy_all(known: Mapping[str, Attribute], sent: Mapping[str, Any]) -> dict[str, Any]:
    made = {}
    for name, value in sent.items():
        attribute = known.get(name.lower())
        if attribute is None or attribute.writable == "readOnly":
            continue
        if (kept := tidy_value(attribute, value)) is not None:
            made[attribute.name] = kept
    return made


def _tidy_one(attribute: Attribute, value: Any) -> Any:
    if attribute.type == "complex":
        if isinstance(value, str) and attribute.many:  # a list of bare values, as some directories send
            value = {"value": value}
        if not isinstance(value, dict):
            raise Invalid("invalidValue", f"{attribute.name} is an object.")
        return _tidy_all({each.name.lower(): each for each in attribute.parts}, value) or None
    if attribute.type == "boolean":
        if isinstance(value, str) and value.lower() in {"true", "false"}:  # some directories send it so
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise Invalid("invalidValue", f"{attribute.name} is true or false.")
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > CHARS or "\x00" in value:
        raise Invalid("invalidValue", f"{attribute.name} is a text of at most {CHARS} characters.")
    return value
