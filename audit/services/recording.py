"""record(): one privileged act into the log, in the transaction of the act itself.

Either both are committed or neither. The head's row lock is taken last of all locks and held until the commit, so acts
are recorded in the order in which they were committed. Which acts there are: ``audit.actions``.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import transaction

from audit import actions
from audit.chain import GENESIS, digest_of
from audit.models import AuditHead, AuditRecord
from audit.rendering import as_told

log = logging.getLogger("parley.audit")


class Acting(Protocol):
    """What is kept of who acts: ``accounts.actor.Actor`` is one."""

    @property
    def user(self) -> int:
        """User id; 0: the server itself."""

    @property
    def name(self) -> str:
        """What they are called."""

    @property
    def app(self) -> int:
        """Id of the app, 0: none."""

    @property
    def token(self) -> int:
        """Id of the token, 0: none."""

    @property
    def device(self) -> int:
        """Id of the device, 0: none."""

    @property
    def ip(self) -> str:
        """The address they came from."""


@dataclass(frozen=True, slots=True)
class Target:
    """What it was done to. ``conversation``: the one it concerns, when it concerns one."""

    type: str
    id: int | str
    name: str = ""
    conversation: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """How it was and how it is now: only what changed, JSON-safe. Never a secret, never what people wrote."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


NO_CHANGE = Change()


def record(actor: Acting, action: str, target: Target, change: Change = NO_CHANGE, reason: str = "") -> AuditRecord:
    """Write the act down. Raises RuntimeError outside a transaction and KeyError for an unknown ``action``."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An act and its audit record belong in one transaction.")
    actions.ACTIONS[action]
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=AuditHead.ONLY, defaults={"digest": GENESIS})
    row = AuditRecord(
        seq=head.seq + 1,
        at=datetime.now(UTC),
        actor=actor.user,
        actor_name=actor.name[:120],
        app=actor.app,
        token=actor.token,
        device=actor.device,
        ip=actor.ip,
        action=action,
        target_type=target.type,
        target=str(target.id),
        target_name=target.name[:200],
        conversation=target.conversation,
        before=change.before,
        after=change.after,
        reason=reason[:500],
        previous=head.digest,
    )
    row.digest = digest_of(as_told(row), row.previous)
    row.save()
    AuditHead.objects.filter(id=AuditHead.ONLY).update(seq=row.seq, digest=row.digest)
    # The log of the process is kept elsewhere: these lines are the anchors that ``verify_audit --anchors`` takes.
    transaction.on_commit(lambda: log.info("audit %s %s %s", row.seq, row.digest, row.action))
    return row
