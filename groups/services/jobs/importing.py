"""People brought into a group by a file: a piece of it is a chunk. Good lines land, bad ones are kept with their reason."""

from dataclasses import asdict

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.actor import Actor
from accounts.models import User
from chat import conf
from chat.models import Membership
from chat.participation import Ban
from chat.services import members
from chat.timeline.reading import now_in_milliseconds
from groups.models import Job, JobPart
from groups.services.governance import lock_for
from groups.services.jobs.chunks import Chunk, refuse
from groups.services.jobs.lines import Layout, Line, cut, read

#: Position of the file as it came; its pieces are numbered from 0.
WHOLE = -1


def work(job: Job, actor: Actor) -> Chunk:
    """The piece at the cursor; before the first one, the file is cut."""
    group = lock_for(actor, job.conversation, "invite")
    if not job.cursor:
        _cut(job)
    piece = JobPart.objects.filter(job=job, of=JobPart.Of.GIVEN, position=job.cursor).first()
    if piece is None:
        return Chunk(job.cursor, over=True)
    data = bytes(piece.data)
    lines = read(data, job.cursor, Layout(**job.params["layout"]))
    wanted, bad = _sort_out(job, lines)
    room = min(group.size_limit or conf.MAX_MEMBERS, conf.MAX_MEMBERS) - group.member_count
    for user in list(wanted)[max(0, room) :]:
        line = wanted.pop(user)
        bad.append((line.number, "full", line.text))
    members.add_members(actor=actor, conversation=job.conversation, users=wanted)
    refused = refuse(job, bad)
    last = not JobPart.objects.filter(job=job, of=JobPart.Of.GIVEN, position__gt=job.cursor).exists()
    return Chunk(job.cursor + 1, data.count(b"\n") + 1, refused, over=last)


def _cut(job: Job) -> None:
    """The file as it came, into pieces, unless that is done."""
    whole = JobPart.objects.filter(job=job, of=JobPart.Of.GIVEN, position=WHOLE).first()
    if whole is None:
        return
    layout, pieces, _ = cut(bytes(whole.data))
    job.params = {**job.params, "layout": asdict(layout)}
    parts = (JobPart(job=job, of=JobPart.Of.GIVEN, position=at, data=piece) for at, piece in enumerate(pieces))
    JobPart.objects.bulk_create(parts, batch_size=500)
    whole.delete()


def _sort_out(job: Job, lines: list[Line]) -> tuple[dict[int, Line], list[tuple[int, str, str]]]:
    """Those who can come in, by id, and the refusals. Four queries, whatever the piece holds."""
    bad = [(each.number, each.reason, each.text) for each in lines if each.reason]
    people = _people(job, [each.key for each in lines if not each.reason])
    wanted: dict[int, Line] = {}
    for line in lines:
        if line.reason:
            continue
        user = people.get(_key(job, line.key))
        if user is None or not user.is_active:
            bad.append((line.number, "unknown_person" if user is None else "closed", line.text))
        elif user.pk in wanted:
            bad.append((line.number, "duplicate", line.text))
        else:
            wanted[user.pk] = line
    here = Membership.objects.filter(conversation_id=job.conversation, user_id__in=wanted)
    for pk, joined_at in here.values_list("user_id", "joined_at"):
        # Who came since the job began was most likely brought by an earlier line of it.
        line = wanted.pop(pk)
        bad.append((line.number, "duplicate" if joined_at >= job.created_at else "already_member", line.text))
    over = Q(until__isnull=False, until__lte=now_in_milliseconds())
    banned = Ban.objects.filter(conversation_id=job.conversation, user_id__in=wanted).exclude(over)
    for pk in list(banned.values_list("user_id", flat=True)):
        line = wanted.pop(pk)
        bad.append((line.number, "banned", line.text))
    return wanted, bad


def _people(job: Job, keys: list[str]) -> dict[str, User]:
    rows = User.objects.exclude(kind=User.Kind.SYSTEM).only("username", "is_active")
    if job.params["layout"]["holds"] == "id":
        return {str(each.pk): each for each in rows.filter(pk__in={int(key) for key in keys})}
    found = rows.alias(key=Lower("username")).filter(key__in={key.lower() for key in keys})
    return {each.username.lower(): each for each in found}


def _key(job: Job, key: str) -> str:
    """As ``_people`` names them."""
    return str(int(key)) if job.params["layout"]["holds"] == "id" else key.lower()
