"""The demo company's password: from the environment, or made once and kept in ``var/demo_password``."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from accounts.models import User

#: Who signs in with it; the others have no password (``manage.py issue_token`` makes a token for anybody).
SIGN_INS = ("alice", "bob", "charlie", "admin")
#: Without letters and digits that are easily taken for one another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def password() -> tuple[str, str]:
    """The password and where it comes from."""
    given = os.environ.get("PARLEY_DEMO_PASSWORD", "")
    if given:
        return given, "from PARLEY_DEMO_PASSWORD"
    kept = Path(settings.VAR_DIR) / "demo_password"
    if not kept.exists():
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        kept.touch(mode=0o600)
        kept.write_text(made + "\n", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip(), f"kept in {kept}"


def grant(secret: str) -> None:
    """Let ``SIGN_INS`` sign in with ``secret``. Nothing is written, and nobody signed out, when they can already."""
    people = list(User.objects.filter(username__in=SIGN_INS))
    if all(person.check_password(secret) for person in people if person.username == SIGN_INS[0]):
        return
    for person in people:
        person.set_password(secret)  # not the service: the operator of a demo may choose a short one
        person.save(update_fields=["password"])
