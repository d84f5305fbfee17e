"""Slack's names of conversations, messages and people → ours, and a conversation as Slack shows it.

Who is no member is told ``channel_not_found``, whether or not there is one.
"""

from collections.abc import Sequence
from typing import Any

from accounts import selectors as people
from accounts.models import User
from chat.models import Conversation, Entry, Membership
from chat.rendering import moment_of
from chat.selectors import get_seat
from chat.selectors.readers import find_seen
from chat.services import conversations
from groups.models import GroupProfile
from openplatform.dialects import ids, slack_shapes
from openplatform.dialects.slack_shapes import PEOPLE, PLACES
from openplatform.slack.door import Call
from openplatform.slack.problems import SlackError
from protocol import errors

Json = dict[str, Any]


def seat_of(call: Call, name: str = "channel") -> Membership:
    """The actor's membership in the conversation that an argument names. Raises SlackError channel_not_found."""
    number = ids.parse(call.args.needed(name, "channel_not_found"), PLACES)
    if not number:
        raise SlackError("channel_not_found")
    return get_seat(call.actor.user, number)


def place_to_speak(call: Call) -> int:
    """Where a message goes: an id, ``#name`` of a group of the actor's, or a person, whose direct conversation opens."""
    given = call.args.needed("channel", "channel_not_found")
    if number := ids.parse(given, PLACES):
        return number
    if user := ids.parse(given, PEOPLE):
        return conversations.open_direct(actor=call.actor, user=user).pk
    if given.startswith("@"):
        person = people.get_user_named(given[1:])
        return conversations.open_direct(actor=call.actor, user=person.pk).pk
    wanted = slack_shapes.channel_name(given.removeprefix("#"))
    groups = Membership.objects.filter(user_id=call.actor.user, conversation__kind=Conversation.Kind.GROUP)
    for number, title in groups.order_by("conversation_id").values_list("conversation_id", "conversation__title"):
        if wanted and slack_shapes.channel_name(title) == wanted:
            return int(number)
    raise SlackError("channel_not_found")


def message_at(user: int, conversation: Conversation, ts: str, *, word: str = "message_not_found") -> Entry:
    """The message with a ts, as far as ``user`` sees it. Raises SlackError ``word``."""
    found = ids.parse_ts(ts)
    if found is None:
        raise SlackError(word)
    second, rest = found
    # Seqs with the same last digits lie a million apart; the second tells which is meant.
    seqs = range(rest, conversation.last_seq + 1, ids.STEP)
    begin, end = moment_of(second * 1000), moment_of(second * 1000 + 1000)
    there = Entry.objects.filter(conversation=conversation, seq__in=list(seqs), at__gte=begin, at__lt=end)
    seq = there.values_list("seq", flat=True).first()
    if not seq:
        raise SlackError(word)
    try:
        message = find_seen(user, conversation.pk, seq)
    except errors.NotFound:
        raise SlackError(word) from None
    if message.recalled_at is not None:
        raise SlackError(word)
    return message


def seq_before(conversation: Conversation, ts: str) -> int:
    """The last seq whose ts is below ``ts``, which need be no message's. Raises SlackError invalid_ts."""
    found = ids.parse_ts(ts)
    if found is None:
        whole, _, rest = ts.partition(".")
        if not (ts.isascii() and whole.isdigit() and len(whole) < 12 and (not rest or rest.isdigit())):
            raise SlackError("invalid_ts")
        found = int(whole), 0
    second, micro = found
    last = _last_before(conversation, second)
    if micro <= (last + 1) % ids.STEP:
        return last
    return min(last + micro - last % ids.STEP - 1, _last_before(conversation, second + 1))


def _last_before(conversation: Conversation, second: int) -> int:
    """The last seq from before a second. Seqs have no gap and times do not go back: halving finds it."""
    low, high, limit = 0, conversation.last_seq, moment_of(min(second, 10**11 - 1) * 1000)
    while low < high:
        middle = (low + high + 1) // 2
        at = Entry.objects.filter(conversation=conversation, seq=middle).values_list("at", flat=True).first()
        if at is None or at < limit:
            low = middle
        else:
            high = middle - 1
    return low


def user_of(call: Call, name: str = "user") -> User:
    """The person that an argument names. Raises SlackError user_not_found."""
    number = ids.parse(call.args.needed(name, "user_not_found"), PEOPLE)
    try:
        return people.get_user(number)
    except errors.NotFound:
        raise SlackError("user_not_found") from None


def users_of(call: Call, name: str = "users") -> list[int]:
    """The people that an argument lists. Raises SlackError user_not_found."""
    numbers = [ids.parse(each, PEOPLE) for each in call.args.names(name)]
    if not numbers or not all(numbers):
        raise SlackError("user_not_found" if numbers else "no_user")
    return numbers


def channels(seats: Sequence[Membership]) -> list[Json]:
    """Conversations of memberships whose conversations are loaded. One query, however many."""
    groups = [each.conversation_id for each in seats if each.conversation.kind == Conversation.Kind.GROUP]
    open_ones = GroupProfile.objects.filter(
        conversation__in=groups, join_policy=GroupProfile.JoinPolicy.OPEN
    ).values_list("conversation_id", flat=True)
    public = set(open_ones) if groups else set()
    return [_channel(each, public=each.conversation_id in public) for each in seats]


def _channel(seat: Membership, *, public: bool) -> Json:
    place = seat.conversation
    created = int(place.created_at.timestamp())
    group = place.kind == Conversation.Kind.GROUP
    shown: Json = {
        "id": slack_shapes.place_id(place.pk, place.kind),
        "created": created,
        "updated": int(place.last_at.timestamp() * 1000),
        "context_team_id": slack_shapes.TEAM,
        "is_channel": group,
        "is_group": False,
        "is_im": not group,
        "is_mpim": False,
        "is_private": not public,
        "is_archived": place.archived_at is not None,
        "is_general": False,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_open": True,
    }
    if not group:
        low, _, high = (place.unique_key or "-").partition("-")
        if not (low.isdigit() and high.isdigit()):
            return {**shown, "user": slack_shapes.user_id(seat.user_id)}
        return {**shown, "user": slack_shapes.user_id(int(high) if int(low) == seat.user_id else int(low))}
    words = {"value": place.description, "creator": "", "last_set": 0}
    name = slack_shapes.channel_name(place.title)
    more = {"name": name, "name_normalized": name, "is_member": True, "creator": "", "num_members": place.member_count}
    return {**shown, **more, "topic": words, "purpose": words, "unlinked": 0, "previous_names": []}
