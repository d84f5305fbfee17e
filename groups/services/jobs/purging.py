"""The history before a time, emptied: each message is recalled by the server, through the write path, so that clients,
search, threads, files and pushes hear of it as of any other recall. What is left are tombstones.
"""

from accounts.actor import SYSTEM, Actor
from audit.services.recording import Change, record
from chat import timeline
from chat.models import Entry
from chat.rendering import moment_of
from chat.services.messages import publish
from chat.timeline import Draft
from groups.models import Job
from groups.services import keeping
from groups.services.governance import lock_for, target_of
from groups.services.jobs.chunks import Chunk
from protocol.errors import Conflict

ROWS = 500


def work(job: Job, actor: Actor) -> Chunk:
    """Messages after the cursor, up to the last one there was when the job began."""
    group = lock_for(actor, job.conversation, "purge")
    # Asked at every chunk: a hold placed while the job runs stops it where it is.
    kept = keeping.kept_of(group.pk)
    if kept.everything:
        raise Conflict("A legal hold keeps what was said here.", details={"rule": "legal_hold"})
    until = job.params.get("until") or group.last_seq
    job.params = {**job.params, "until": until}
    rows = Entry.objects.filter(conversation=group, seq__gt=job.cursor, seq__lte=until, number__isnull=False)
    found = list(rows.order_by("seq").values_list("seq", "at", "recalled_at", "sender_id")[:ROWS])
    before = moment_of(job.params["before"])
    past = [(seq, sender) for seq, at, recalled, sender in found if at < before and recalled is None]
    old = [seq for seq, sender in past if sender not in kept.people]
    drafts = [Draft(actor=SYSTEM, conversation=group.pk, type="message.recalled", target=seq) for seq in old]
    outcomes = timeline.append(drafts)
    if failed := [each.error for each in outcomes if each.error is not None]:
        raise failed[0]
    publish([each for outcome in outcomes for each in outcome.emitted])
    if held := len(past) - len(old):
        told = {"job": job.pk, "messages": held, "hold": kept.hold}
        record(actor, "history.withheld", target_of(group), Change(after=told), "legal hold")
    if old:
        told = {"job": job.pk, "before": job.params["before"], "messages": len(old), "first": old[0], "last": old[-1]}
        record(actor, "history.purged", target_of(group), Change(after=told))
    return Chunk(found[-1][0] if found else job.cursor, len(found), over=len(found) < ROWS)
