"""Reads of the room: which hold stands in the way, and after how many days messages of a conversation go."""

from django.db.models import Q

from compliance.models import LegalHold, RetentionRule


def find_hold(*, user: int = 0, conversation: int = 0) -> LegalHold | None:
    """The hold that keeps a person's own words, or everything in a conversation: upon it, or upon somebody in it."""
    active = LegalHold.objects.filter(released_at=None).order_by("pk")
    if user:
        return active.filter(user_id=user).first()
    here = Q(conversation_id=conversation) | Q(user__memberships__conversation_id=conversation)
    return active.filter(here).first()


def list_held_people() -> list[int]:
    """Those upon whom a hold lies: what they said stays, also where they are no longer."""
    active = LegalHold.objects.filter(released_at=None, user__isnull=False)
    return list(active.values_list("user_id", flat=True))


def get_hold_of(people: list[int]) -> int:
    """The oldest hold upon one of them; 0: there is none."""
    if not people:
        return 0
    return LegalHold.objects.filter(released_at=None, user__in=people).order_by("pk").values_list("pk", flat=True)[0]


def get_days(conversation: int) -> int:
    """After how many days messages go there; 0: never."""
    rules = RetentionRule.objects.filter(Q(conversation_id=conversation) | Q(conversation=None))
    found = {each.conversation_id: each.days for each in rules}
    return found.get(conversation, found.get(None, 0))
