"""Reports of messages: made by members and by word lists, taken up and settled by moderators. docs/moderation.md

What settles one (removing, muting, banning) is done by the service that does it anyway, with its own rules and record, in
the same transaction: a report is never settled without what it says happened.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import kinds, policy, screening, timeline
from chat.models import Conversation, Entry, Membership
from chat.rendering import EDITED, MESSAGE, Place
from chat.services import members, messages
from chat.timeline import personal
from chat.timeline.reading import now_in_milliseconds
from groups.models import Report
from groups.services import bans
from groups.services.governance import lock_for
from protocol.errors import BadRequest, Conflict, NotFound

MAX_TEXT = 500
#: Reports that one member may have waiting in one group.
MAX_OPEN = 50
State, Outcome = Report.State, Report.Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a report comes to: an outcome, until when (ms) somebody is muted or banned (0: banned for good), and why."""

    outcome: str
    until: int = 0
    note: str = ""


def report(*, actor: Actor, conversation: int, target: int, category: str, text: str = "") -> Report:
    """Ask the group's moderators to look at somebody's message. Once as long as it waits. Raises a ParleyError."""
    if category not in set(Report.Category.values) - {Report.Category.WORDS}:
        raise BadRequest("There is no such category.", details={"path": "category"})
    text = _line(text, "text")

    def work() -> Report:
        timeline.lock([conversation])
        seat = (
            Membership.objects.select_related("conversation")
            .filter(conversation_id=conversation, user_id=actor.user)
            .first()
        )
        if seat is None:
            raise policy.outsider()
        if seat.conversation.kind != Conversation.Kind.GROUP:
            raise policy.refuse("Only groups have moderators.", "groups_only")
        message = _find(conversation, target)
        if message is None or not policy.may_see(membership=seat, seq=target):
            raise NotFound("There is no such message.", details={"path": "target"})
        if message.sender_id == actor.user:
            raise policy.refuse("That is your own message.", "own_message")
        mine = Report.objects.filter(conversation_id=conversation, reporter=actor.user).exclude(state=State.RESOLVED)
        if known := mine.filter(seq=target).first():
            return known
        if mine.count() >= MAX_OPEN:
            raise Conflict(f"{MAX_OPEN} reports of yours wait here already.", details={"rule": "max_reports"})
        return Report.objects.create(
            conversation_id=conversation,
            seq=target,
            sender=message.sender_id or 0,
            reporter=actor.user,
            category=category,
            text=text,
            at=now_in_milliseconds(),
        )

    return timeline.run(work)


def flag(entries: Sequence[Entry]) -> None:
    """Put what was said, or edited, with words of a list that flags into the queue. Entries of one conversation."""
    conversation = entries[0].conversation_id
    flagged = screening.flagging(conversation)
    if flagged is None:
        return
    said = {each.seq: each for each in entries if each.type == MESSAGE}
    wanted = {each.target for each in entries if each.type == EDITED} - said.keys()
    said |= {
        each.seq: each for each in Entry.objects.filter(conversation_id=conversation, seq__in=wanted, type=MESSAGE)
    }
    made = [
        Report(
            conversation_id=conversation,
            seq=message.seq,
            sender=message.sender_id or 0,
            category=Report.Category.WORDS,
            text=", ".join(words)[:MAX_TEXT],
            at=now_in_milliseconds(),
        )
        for message in said.values()
        if message.sender_id and message.kind in kinds.all_kinds() and (words := flagged(message.kind, message.body))
    ]
    Report.objects.bulk_create(made, ignore_conflicts=True)


def take(*, actor: Actor, conversation: int, report: int) -> None:
    """Say that one looks into it. Raises a ParleyError."""

    def work() -> None:
        found = lock_for(actor, conversation, "moderate")
        there = Report.objects.filter(pk=report, conversation=found, state=State.OPEN)
        if not there.update(state=State.TAKEN, taken_by=actor.user, taken_at=now_in_milliseconds()):
            raise _gone(report, conversation)
        record(actor, "report.taken", _target(found, report), Change({"state": "open"}, {"state": "taken"}))

    timeline.run(work)


def resolve(*, actor: Actor, conversation: int, report: int, verdict: Verdict) -> None:
    """Settle it, and all other reports of the same message that wait. Raises a ParleyError; then nothing happened."""
    if verdict.outcome not in Outcome.values:
        raise BadRequest("There is no such outcome.", details={"path": "outcome", "known": Outcome.values})
    if verdict.outcome == Outcome.MUTED and not verdict.until:
        raise BadRequest("Say until when.", details={"path": "until"})
    note = _line(verdict.note, "note")

    def work() -> None:
        row = Report.objects.filter(pk=report, conversation_id=conversation).first()
        banned = row.sender if row and verdict.outcome == Outcome.BANNED else 0
        # In the order in which a ban locks, before anything else is.
        timeline.lock([conversation, *(personal.find([banned]).values() if banned else ())])
        found = lock_for(actor, conversation, "moderate")
        waiting = Report.objects.filter(conversation=found, seq=row.seq if row else 0).exclude(state=State.RESOLVED)
        if row is None or not waiting.filter(pk=report).exists():
            raise _gone(report, conversation)
        _carry_out(actor, row, verdict)
        settled = sorted(waiting.values_list("pk", flat=True))
        waiting.update(
            state=State.RESOLVED,
            outcome=verdict.outcome,
            note=note,
            resolved_by=actor.user,
            resolved_at=now_in_milliseconds(),
        )
        after = {"outcome": verdict.outcome, "sender": row.sender, "seq": row.seq, "reports": settled}
        record(actor, "report.resolved", _target(found, report), Change({"state": row.state}, after), note)

    timeline.run(work)


def review(*, actor: Actor, report: int, reason: str) -> Entry:
    """The reported message, for an operator who is no member; that it was read, and why, is recorded. Raises a ParleyError."""
    reason = _line(reason, "reason")
    if "review" not in actor.operates:
        raise policy.refuse("Only operators review messages.", "operators_only")
    if len(reason) < 8:
        raise BadRequest("Say why, in eight characters at least.", details={"path": "reason"})

    def work() -> Entry:
        row = Report.objects.select_related("conversation").filter(pk=report).first()
        message = _find(row.conversation_id, row.seq) if row else None
        if row is None or message is None:
            raise NotFound("There is no such message any more.")
        record(actor, "message.reviewed", _target(row.conversation, report), Change(after={"seq": row.seq}), reason)
        return message

    return timeline.run(work)


def _carry_out(actor: Actor, row: Report, verdict: Verdict) -> None:
    conversation = row.conversation_id
    if verdict.outcome == Outcome.REMOVED:
        messages.recall(actor=actor, conversation=conversation, client_key=uuid.uuid4().hex, target=row.seq)
    elif verdict.outcome == Outcome.MUTED:
        members.mute_member(actor=actor, conversation=conversation, user=row.sender, until=verdict.until)
    elif verdict.outcome == Outcome.BANNED:
        bans.ban(actor=actor, conversation=conversation, user=row.sender, reason=verdict.note, until=verdict.until)


def _find(conversation: int, seq: int) -> Entry | None:
    place: Place = (conversation, seq)
    return Entry.objects.filter(pk=place, type=MESSAGE, recalled_at=None).first()


def _gone(report: int, conversation: int) -> Exception:
    if Report.objects.filter(pk=report, conversation_id=conversation).exists():
        return Conflict("Somebody was faster: the report is no longer open.", details={"rule": "report_state"})
    return NotFound("There is no such report.")


def _line(text: str, path: str) -> str:
    text = " ".join(text.split())
    if len(text) > MAX_TEXT or "\x00" in text:
        raise BadRequest(f"It has {MAX_TEXT} characters at most.", details={"path": path})
    return text


def _target(found: Conversation, report: int) -> Target:
    return Target("report", report, found.title, conversation=found.pk)
