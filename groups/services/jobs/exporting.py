"""The members of a group as a CSV file, page by page in the order of their ids."""

import csv
import io

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat.models import Membership
from groups.models import Job, JobPart
from groups.services.governance import lock_for, target_of
from groups.services.jobs.chunks import Chunk

ROWS = 2_000
COLUMNS = ("id", "username", "name", "other_name", "role", "own_role", "joined_at", "muted_until")
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def work(job: Job, actor: Actor) -> Chunk:
    """Members after the cursor."""
    group = lock_for(actor, job.conversation, "export")
    seats = list(
        Membership.objects.filter(conversation=group, user_id__gt=job.cursor)
        .select_related("user")
        .order_by("user_id")[:ROWS]
    )
    roles = group.rules.get("roles", {})
    text = io.StringIO()
    write = csv.writer(text)
    if not job.cursor:
        text.write("\ufeff")  # so that spreadsheets read it as UTF-8
        write.writerow(COLUMNS)
        record(actor, "group.members_exported", target_of(group), Change(after={"job": job.pk}))
    for seat in seats:
        own = roles.get(str(seat.custom_role), {}).get("name", "") if seat.custom_role else ""
        cells = [seat.user.username, seat.user.name, seat.user.other_name, seat.role, own]
        muted = seat.muted_until.isoformat() if seat.muted_until else ""
        write.writerow([seat.user_id, *map(_plain, cells), seat.joined_at.isoformat(), muted])
    JobPart.objects.create(job=job, of=JobPart.Of.MADE, position=job.cursor, data=text.getvalue().encode())
    last = seats[-1].user_id if seats else job.cursor
    return Chunk(last, len(seats), over=len(seats) < ROWS)


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
