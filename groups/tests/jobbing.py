"""What tests of jobs share: an order of each kind, workers that take turns, people by the dozen."""

from django.utils import timezone

from accounts.models import User
from chat.models import Membership
from chat.services import members
from groups.models import JobRefusal
from groups.services import jobs


def order(kind, **fields):
    if kind == "import":
        fields.setdefault("file", b"charlie\n")
    if kind == "roles" and "custom_role" not in fields:
        fields.setdefault("role", "admin")
    if kind == "purge":
        fields.setdefault("before", int(timezone.now().timestamp() * 1000) - 1000)
    return jobs.Order(kind, **fields)


def work_off(job):
    """Turn after turn, each by a worker who was handed it, until nothing is due."""
    while due := jobs.find_due():
        for pk, first in due:
            ticket = first
            while ticket:
                ticket = jobs.run(job=pk, ticket=ticket)
    job.refresh_from_db()
    return job


def crowd(count, first=0):
    made = [User(username=f"m{at:05}", name=f"Member {at}", password="!") for at in range(first, first + count)]
    return User.objects.bulk_create(made)


def seated(it, users):
    members.add_members(actor=it.alice, conversation=it.id, users=[each.pk for each in users])


def refusals(job):
    return {each.row: each.reason for each in JobRefusal.objects.filter(job=job)}


def ids(it):
    return set(Membership.objects.filter(conversation=it.id).values_list("user_id", flat=True))
