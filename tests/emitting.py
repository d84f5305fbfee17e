"""What every emitting service does in a small world, by the name of the service: the cases of ``test_oracle``."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from chat import timeline
from chat.channels import Channel
from chat.later import Reminder, ScheduledMessage
from chat.models import Conversation
from chat.services import (
    avatars,
    confirmations,
    conversations,
    devices,
    drafts,
    forwarding,
    listening,
    members,
    messages,
    pins,
    polls,
    preferences,
    previews,
    receipts,
    reminders,
    saved,
    scheduled,
    settings,
    subscriptions,
    threads,
)
from chat.tests import factories, uploads
from chat.tests.factories import key, send, soon
from chat.timeline import Draft
from groups.services import bans, governance, roles
from protocol.events import LinkPreview


@dataclass
class World:
    """Three people; a group of Alice's with Bob, a message of each, a mention; what was published since."""

    alice: Actor
    bob: Actor
    charlie: Actor
    group: int
    by_alice: int
    by_bob: int
    told: list[Any] = field(default_factory=list)

    @property
    def actors(self) -> list[Actor]:
        return [self.alice, self.bob, self.charlie]


def where(world: World, actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "conversation": world.group}


def _revoke(world: World) -> None:
    device = devices.register(user=User.objects.get(pk=world.bob.user), platform="sdk", name="Bob's phone")
    devices.revoke(actor=world.bob, device_id=device.pk)


def _revoke_all(world: World) -> None:
    user = User.objects.get(pk=world.bob.user)
    devices.register(user=user, platform="sdk", name="one")
    devices.register(user=user, platform="sdk", name="two")
    devices.revoke_all(actor=world.bob, user=user)


def _unmute(world: World) -> None:
    members.mute_member(**where(world, world.alice), user=world.bob.user, until=4_000_000_000_000)
    members.mute_member(**where(world, world.alice), user=world.bob.user, until=0)


def _give_own_role(world: World) -> None:
    role = roles.put(**where(world, world.alice), name="Host", allow=["mute"])
    roles.give(**where(world, world.alice), user=world.bob.user, role=role)


def _prefer(world: World) -> None:
    for wish in (
        preferences.Wish(notify="none", starred=True),
        preferences.Wish(unread_from=1, silent_until=4_000_000_000_000),
        preferences.Wish(starred=False),
    ):
        preferences.change(**where(world, world.bob), wish=wish)


def _unread_and_read(world: World) -> None:
    preferences.change(**where(world, world.bob), wish=preferences.Wish(unread_from=2))
    receipts.mark_read(**where(world, world.bob), read_number=2)


def _set(world: World) -> None:
    for name, value in (("theme", "dark"), ("density", "compact"), ("theme", "light"), ("density", None)):
        settings.change(actor=world.bob, name=name, value=value)


def _write_drafts(world: World) -> None:
    for text, root in (("a", 0), ("ab", 0), ("in the thread", world.by_alice), ("", 0), ("anew", 0)):
        drafts.put(**where(world, world.bob), unsent=drafts.Unsent(text=text, thread_root=root))


def _let_go(world: World) -> None:
    for seq in (world.by_alice, world.by_bob):
        saved.keep(**where(world, world.bob), seq=seq)
    saved.let_go(**where(world, world.bob), seq=world.by_alice)


def _schedule(world: World) -> None:
    """One that stays, one that is moved and cancelled, one that is sent, one that cannot be."""
    made = [
        scheduled.schedule(
            **where(world, world.bob), written=scheduled.Written(text=f"later {place}", at=soon(place + 1))
        )
        for place in range(3)
    ]
    scheduled.move(actor=world.bob, scheduled=made[1].pk, at=soon(9))
    scheduled.cancel(actor=world.bob, scheduled=made[1].pk)
    ScheduledMessage.objects.filter(pk=made[2].pk).update(next_at=timezone.now())
    assert scheduled.send_due(scheduled.find_due()) == 1


def _schedule_in_vain(world: World) -> None:
    row = scheduled.schedule(**where(world, world.bob), written=scheduled.Written(text="later", at=soon(1)))
    members.mute_member(**where(world, world.alice), user=world.bob.user, until=soon(60))
    ScheduledMessage.objects.filter(pk=row.pk).update(next_at=timezone.now())
    scheduled.send_due([row.pk])


def _remind(world: World) -> None:
    """One that waits, one whose time has come, one that is done with."""
    for minutes, seq in ((1, world.by_alice), (2, world.by_bob), (3, world.by_bob)):
        reminders.remind(**where(world, world.bob), seq=seq, at=soon(minutes), note=f"in {minutes}")
    Reminder.objects.filter(message=world.by_bob).update(at=timezone.now())
    for due in reminders.find_due():
        reminders.tell_due(due)


def _dismiss(world: World) -> None:
    _remind(world)
    reminders.dismiss(**where(world, world.bob), seq=world.by_bob)


def _confirm(world: World) -> None:
    urgent = send(world.bob, world.group, "fire", urgent=True)
    confirmations.confirm(**where(world, world.alice), client_key=key(), target=urgent.seq)
    other = send(world.bob, world.group, "no fire", urgent=True)
    confirmations.confirm(**where(world, world.alice), client_key=key(), target=other.seq)
    preview = Draft(
        actor=SYSTEM,
        conversation=world.group,
        type="message.previewed",
        client_key=key(),
        target=other.seq,
        fields={"previews": [LinkPreview(url="https://example.com/", title="E")]},
    )
    messages.commit_one(preview)
    pins.pin(**where(world, world.alice), client_key=key(), target=other.seq)
    messages.recall(**where(world, world.bob), client_key=key(), target=other.seq)


def _forward(world: World) -> None:
    for merged in (False, True):
        wanted = forwarding.Wanted(world.group, (world.by_bob, world.by_alice), merged, "look")
        forwarding.forward(**where(world, world.alice), client_key=key(), wanted=wanted)


def _ask(world: World) -> int:
    asked = polls.create(**where(world, world.alice), client_key=key(), question="When?", options=["a", "b"])
    return asked.seq


def _vote(world: World) -> None:
    seq = _ask(world)
    for who, place in ((world.alice, 0), (world.bob, 1), (world.bob, 0)):
        polls.vote(actor=who, conversation=world.group, seq=seq, option=place, client_key=key())


def _follow(world: World) -> None:
    for on in (True, False):
        threads.follow(**where(world, world.bob), thread_root=world.by_alice, on=on)


def _take_in(world: World) -> None:
    _thread(world)
    listening.pump(world.group)


def _read_thread(world: World) -> None:
    threads.follow(**where(world, world.bob), thread_root=world.by_alice)
    said = send(world.alice, world.group, "a reply", thread_root=world.by_alice)
    listening.pump(world.group)
    threads.mark_read(**where(world, world.bob), thread_root=world.by_alice, seq=said.seq)


def _thread(world: World) -> None:
    first = send(world.alice, world.group, "a reply", thread_root=world.by_bob)
    send(world.bob, world.group, "another", thread_root=world.by_bob, mentions=[world.alice.user])
    messages.recall(**where(world, world.alice), client_key=key(), target=first.seq)
    messages.recall(**where(world, world.bob), client_key=key(), target=world.by_bob)


def _take_previews_away(world: World) -> None:
    shown = {"previews": [LinkPreview(url="https://example.com/", title="E")]}
    previewed = Draft(
        actor=SYSTEM, conversation=world.group, type="message.previewed", target=world.by_alice, fields=shown
    )
    messages.commit_one(previewed)
    previews.remove(**where(world, world.alice), seq=world.by_alice, client_key=key())


def _subscribe(w: World) -> int:
    """Bob opens a channel of the group, which is a space now."""
    Conversation.objects.filter(pk=w.group).update(space=w.group)
    inside = Conversation.objects.create(kind=Conversation.Kind.GROUP, title="general", space=w.group)
    Channel.objects.create(conversation=inside, space_id=w.group)
    subscriptions.subscribe(actor=w.bob, channel=inside.pk)
    return inside.pk


def _unsubscribe(w: World) -> None:
    subscriptions.unsubscribe(actor=w.bob, channel=_subscribe(w))


def _settle(w: World) -> None:
    """The channel is private from now on, and Bob is on no list of it."""
    channel = _subscribe(w)
    Channel.objects.filter(pk=channel).update(private=True)
    messages.publish(timeline.run(lambda: subscriptions.settle(timeline.lock([w.group])[w.group], channel=channel)))


CASES: dict[str, Callable[[World], object]] = {
    "messages.commit": lambda w: messages.commit(
        [
            factories.draft(w.bob, w.group, mentions=[w.alice.user]),
            messages.draft_recall(**where(w, w.alice), client_key=key(), target=w.by_alice),
            messages.draft_reaction(**where(w, w.bob), client_key=key(), target=w.by_bob, emoji="👍", on=True),
            factories.draft(w.alice, w.group, mentions=[w.bob.user], mentions_all=True, thread_root=w.by_bob),
            messages.draft_edit(**where(w, w.bob), client_key=key(), target=w.by_bob, body={"text": "changed"}),
        ]
    ),
    "messages.send": lambda w: send(w.alice, w.group, mentions=[w.bob.user], reply_to=w.by_bob),
    "messages.edit": lambda w: messages.edit(
        **where(w, w.alice), client_key=key(), target=w.by_alice, body={"text": "new"}, mentions=[w.bob.user]
    ),
    "messages.recall": lambda w: messages.recall(**where(w, w.alice), client_key=key(), target=w.by_alice),
    "messages.react": lambda w: [
        messages.react(**where(w, w.bob), client_key=key(), target=w.by_alice, emoji=emoji, on=on)
        for emoji, on in (("👍", True), ("🎉", True), ("👍", False))
    ],
    "pins.pin": lambda w: [
        pins.pin(**where(w, w.bob), client_key=key(), target=target, on=on)
        for target, on in ((w.by_alice, True), (w.by_bob, True), (w.by_bob, False))
    ],
    "confirmations.confirm": _confirm,
    "threads in append": _thread,
    "forwarding.forward": _forward,
    "polls.create": _ask,
    "polls.vote": _vote,
    "polls.close": lambda w: polls.close(**where(w, w.alice), seq=_ask(w), client_key=key()),
    "threads.follow": _follow,
    "threads.mark_read": _read_thread,
    "threads.take_in": _take_in,
    "receipts.mark_all_read": lambda w: receipts.mark_all_read(actor=w.bob),
    "conversations.open_direct": lambda w: conversations.open_direct(actor=w.alice, user=w.charlie.user),
    "conversations.create_group": lambda w: conversations.create_group(
        actor=w.charlie, title="New", description="More", members=[w.bob.user], client_key=key()
    ),
    "conversations.update": lambda w: conversations.update(**where(w, w.alice), title="Other", post_policy="admins"),
    "members.add_members": lambda w: members.add_members(**where(w, w.alice), users=[w.charlie.user, w.bob.user]),
    "members.remove_members": lambda w: members.remove_members(**where(w, w.alice), users=[w.bob.user]),
    "members.leave": lambda w: members.leave(**where(w, w.bob)),
    "subscriptions.subscribe": _subscribe,
    "subscriptions.unsubscribe": _unsubscribe,
    "subscriptions.settle": _settle,
    "members.set_role": lambda w: members.set_role(**where(w, w.alice), user=w.bob.user, role="owner"),
    "members.mute_member": _unmute,
    "governance.change": lambda w: governance.change(**where(w, w.alice), wish=governance.Wish(slow_seconds=1)),
    "governance.archive": lambda w: governance.archive(**where(w, w.alice)),
    "roles.give": _give_own_role,
    "bans.ban": lambda w: bans.ban(**where(w, w.alice), user=w.bob.user),
    "receipts.mark": lambda w: receipts.mark(
        [
            receipts.Mark(actor=w.bob, conversation=w.group, read_number=2, delivered_seq=3),
            receipts.Mark(actor=w.alice, conversation=w.group, delivered_seq=w.by_alice),
        ]
    ),
    "receipts.mark_read": lambda w: receipts.mark_read(**where(w, w.bob), read_number=2),
    "avatars.put_group": lambda w: avatars.put_group(
        actor=w.alice, conversation=w.group, stream=io.BytesIO(uploads.picture())
    ),
    "previews.remove": _take_previews_away,
    "preferences.change": _prefer,
    "preferences.change, then read": _unread_and_read,
    "settings.change": _set,
    "drafts.put": _write_drafts,
    "saved.keep": lambda w: saved.keep(**where(w, w.alice), seq=w.by_bob),
    "saved.let_go": _let_go,
    "scheduled.schedule": _schedule,
    "scheduled.schedule, in vain": _schedule_in_vain,
    "reminders.remind": _remind,
    "reminders.dismiss": _dismiss,
    "devices.register": lambda w: devices.register(
        user=User.objects.get(pk=w.bob.user), platform="browser", name="Firefox"
    ),
    "devices.revoke": _revoke,
    "devices.revoke_all": _revoke_all,
}
