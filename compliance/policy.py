"""Who may keep, remove and hand out what people said: administrators in person. Pure."""

from accounts import policy as people
from accounts.actor import Actor
from protocol.errors import BadRequest, Forbidden

#: What the pages of the admin allow for one press, by Django's permissions.
ACT = "compliance"
#: A reason says something.
LEAST = 8


def require(actor: Actor) -> None:
    """Raise Forbidden for everybody else."""
    if ACT not in actor.operates and not people.may_administer(actor):
        raise Forbidden("Only administrators may do that.", details={"rule": "administrator"})


def reason_of(text: str) -> str:
    """The reason in one line. Raises BadRequest."""
    text = " ".join(text.split())
    if not LEAST <= len(text) <= 500 or "\x00" in text:
        raise BadRequest(f"Say why, in {LEAST} to 500 characters.", details={"path": "reason"})
    return text
