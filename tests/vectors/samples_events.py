"""One full and one smallest value of every event. Times are a fixed moment; Alice is 1, Bob 2, Charlie 3."""

from protocol import events

AT = 1_764_000_000_000
ALICE, BOB, CHARLIE = 1, 2, 3
HELLO = events.MessageCreated(
    conversation=7,
    seq=12,
    at=AT,
    sender=ALICE,
    client_key="a1b2c3d4e5f6",
    number=9,
    kind="text",
    body={"text": "Hello, 世界 👋"},
    version=12,
)
CHANGED = events.MessageCreated(
    conversation=7,
    seq=13,
    at=AT + 1_500,
    sender=BOB,
    client_key="b0b0b0b0-0001",
    number=10,
    kind="text",
    body={"text": '@Alice line one\nline "two" \\ <b>&amp;</b>'},
    reply_to=12,
    thread_root=12,
    mentions=[ALICE],
    mentions_all=True,
    app=4,
    edited_at=AT + 60_000,
    reactions={"👍": [ALICE, CHARLIE], "party": [BOB]},
    version=19,
    forwarded_from=CHARLIE,
    urgent=True,
    confirmed=[CHARLIE, ALICE],
    pinned_at=AT + 61_000,
    thread_count=2,
    thread_last_at=AT + 62_000,
    thread_people=[ALICE, CHARLIE],
    previews=[
        events.LinkPreview(
            url="https://example.com/a?b=1",
            title="例子 Example",
            description="What it is about",
            site="Example",
            image="0b9d3a52-6a70-4c3a-9d4f-0d1f0a8a2a11",
        ),
        events.LinkPreview(url="https://example.org/"),
    ],
)
RECALLED = events.MessageCreated(
    conversation=7, seq=14, at=AT, sender=BOB, number=11, kind="image", body={}, recalled_at=AT + 9_000, version=20
)
CARD = events.MessageCreated(
    conversation=7,
    seq=2**53 - 1,
    at=AT,
    sender=0,
    number=12,
    kind="card",
    body={"title": "", "rows": [[1, -2, 2.5, None, True], {"deep": {"er": []}}], "big": 2**53 - 1},
    version=2**53 - 1,
)
STATE = events.ConversationState(
    conversation=7,
    kind="group",
    title="项目 Apollo",
    description="Everything about it",
    role="owner",
    post_policy="admins",
    head_seq=20,
    last_number=11,
    read_number=8,
    delivered_seq=19,
    unread=2,
    unread_mentions=1,
    history_from=3,
    member_count=501,
    muted_until=AT + 3_600_000,
    large=True,
    last=CHANGED,
    last_at=AT + 60_000,
    recalled=[11],
    mentioned=[10],
    notify="mentions",
    silent_until=AT + 7_200_000,
    starred_at=AT + 1_000,
    unread_from=9,
    avatar="/media/avatars/7",
)
DIRECT = events.ConversationState(conversation=8, kind="direct", peer=BOB, member_count=2)

#: (name of the sample, value), in the order of the codes.
EVENTS: list[tuple[str, events.AnyEvent]] = [
    ("plain", HELLO),
    ("edited, quoted, mentioned, reacted", CHANGED),
    ("recalled", RECALLED),
    ("nested body, largest integers", CARD),
    (
        "full",
        events.MessageEdited(
            conversation=7,
            seq=15,
            at=AT,
            sender=ALICE,
            client_key="edit-00001",
            target=12,
            body={"text": "Hello again"},
            mentions=[BOB],
            mentions_all=True,
        ),
    ),
    ("body gone since", events.MessageEdited(conversation=7, seq=16, at=AT, sender=ALICE, target=14, body={})),
    (
        "full",
        events.MessageRecalled(
            conversation=7, seq=20, at=AT, sender=BOB, client_key="recall-001", target=14, number=11, thread_root=12
        ),
    ),
    ("not in a thread", events.MessageRecalled(conversation=7, seq=21, at=AT, sender=BOB, target=15, number=12)),
    (
        "full",
        events.ReactionAdded(
            conversation=7, seq=17, at=AT, sender=CHARLIE, client_key="react-0001", target=13, emoji="👍"
        ),
    ),
    (
        "full",
        events.ReactionRemoved(
            conversation=7, seq=18, at=AT, sender=CHARLIE, client_key="react-0002", target=13, emoji="party"
        ),
    ),
    (
        "full",
        events.MessagePinned(conversation=7, seq=26, at=AT, sender=ALICE, client_key="pin-000001", target=12),
    ),
    ("full", events.MessageUnpinned(conversation=7, seq=27, at=AT, sender=ALICE, target=12)),
    ("full", events.MessageConfirmed(conversation=7, seq=28, at=AT, sender=BOB, client_key="conf-00001", target=12)),
    (
        "full",
        events.MessagePreviewed(
            conversation=7,
            seq=29,
            at=AT,
            target=12,
            previews=[events.LinkPreview(url="https://example.com/", title="E")],
        ),
    ),
    ("taken away", events.MessagePreviewed(conversation=7, seq=30, at=AT, sender=ALICE, target=12, previews=[])),
    (
        "group",
        events.ConversationCreated(conversation=7, seq=1, at=AT, sender=ALICE, kind="group", title="项目 Apollo"),
    ),
    ("personal", events.ConversationCreated(conversation=3, seq=1, at=AT, kind="personal")),
    (
        "full",
        events.ConversationUpdated(
            conversation=7,
            seq=21,
            at=AT,
            sender=ALICE,
            title="Apollo",
            description="New",
            post_policy="nobody",
            avatar="0b9d0a5e-6a3e-4b9e-9d43-6f2d8f3f7c11",
        ),
    ),
    ("emptied", events.ConversationUpdated(conversation=7, seq=22, at=AT, sender=ALICE)),
    (
        "full",
        events.MemberAdded(conversation=7, seq=2, at=AT, sender=ALICE, users=[ALICE, BOB, CHARLIE], member_count=3),
    ),
    ("left", events.MemberRemoved(conversation=7, seq=23, at=AT, sender=CHARLIE, users=[CHARLIE], member_count=2)),
    (
        "full",
        events.MemberChanged(
            conversation=7, seq=24, at=AT, sender=ALICE, user=BOB, role="admin", muted_until=AT + 60_000
        ),
    ),
    ("unmuted", events.MemberChanged(conversation=7, seq=25, at=AT, sender=ALICE, user=BOB, role="member")),
    ("group", events.InboxJoined(conversation=3, seq=2, at=AT, state=STATE)),
    ("direct", events.InboxJoined(conversation=3, seq=3, at=AT, state=DIRECT)),
    ("full", events.InboxLeft(conversation=3, seq=4, at=AT, target=7)),
    ("full", events.ReadMoved(conversation=3, seq=5, at=AT, target=7, read_number=11)),
    ("full", events.MentionReceived(conversation=3, seq=6, at=AT, message=CHANGED)),
    ("full", events.DeviceAdded(conversation=3, seq=7, at=AT, device=5, name="Chromium on Linux")),
    ("full", events.DeviceRevoked(conversation=3, seq=8, at=AT, device=5)),
    (
        "full",
        events.PreferenceChanged(
            conversation=3,
            seq=9,
            at=AT,
            sender=ALICE,
            target=7,
            notify="none",
            silent_until=AT,
            starred_at=AT,
            unread_from=9,
        ),
    ),
    ("as by default", events.PreferenceChanged(conversation=3, seq=10, at=AT, target=7)),
    (
        "object",
        events.SettingChanged(
            conversation=3, seq=11, at=AT, name="folders", value=[{"id": 1, "name": "重要", "conversations": [7, 8]}]
        ),
    ),
    ("scalar", events.SettingChanged(conversation=3, seq=12, at=AT, name="theme", value="dark")),
    ("as by default", events.SettingChanged(conversation=3, seq=13, at=AT, name="theme")),
    (
        "full",
        events.DraftChanged(conversation=3, seq=14, at=AT, target=7, thread_root=12, text="Dear all, 你", reply_to=13),
    ),
    ("empty", events.DraftChanged(conversation=3, seq=15, at=AT, target=7)),
    ("kept", events.SavedChanged(conversation=3, seq=16, at=AT, target=7, message=12, saved=True)),
    ("let go", events.SavedChanged(conversation=3, seq=17, at=AT, target=7, message=12)),
    (
        "followed",
        events.ThreadFollowed(conversation=3, seq=18, at=AT, target=7, thread_root=12, following=True, read_seq=13),
    ),
    ("left", events.ThreadFollowed(conversation=3, seq=19, at=AT, target=7, thread_root=12)),
    (
        "waiting",
        events.ScheduledChanged(
            conversation=3,
            seq=20,
            at=AT,
            scheduled=5,
            target=7,
            state="waiting",
            when=AT + 1,
            text="Happy birthday 生日快乐",
            thread_root=12,
            reply_to=13,
        ),
    ),
    (
        "failed",
        events.ScheduledChanged(
            conversation=3, seq=21, at=AT, scheduled=5, target=7, state="failed", when=AT + 1, text="x", problem="muted"
        ),
    ),
    ("emptied", events.ScheduledChanged(conversation=3, seq=20, at=AT, scheduled=5)),
    (
        "due",
        events.ReminderChanged(conversation=3, seq=22, at=AT, target=7, message=12, state="due", when=AT, note="回复"),
    ),
    ("done", events.ReminderChanged(conversation=3, seq=23, at=AT, target=7, message=12, state="done", when=AT)),
    ("full", events.ReceiptRead(conversation=7, user=BOB, read_number=11)),
    ("full", events.ReceiptDelivered(conversation=8, user=BOB, delivered_seq=20)),
    ("full", events.TypingStarted(conversation=7, user=BOB)),
    ("full", events.TypingStopped(conversation=7, user=BOB)),
    ("plain", events.PresenceChanged(user=BOB, status="away")),
    (
        "full",
        events.PresenceChanged(user=BOB, status="online", emoji="🍜", text="Lunch 午饭", until=AT, quiet_until=AT + 1),
    ),
    ("full", events.ConversationAdvanced(conversation=9, head_seq=100_000, last_number=99_000)),
    (
        "mine",
        events.MessageWhispered(
            conversation=7,
            whisper=5,
            at=AT,
            sender=9,
            app=4,
            target=12,
            kind="card",
            body={"title": "Leave request", "text": "You approved it."},
        ),
    ),
    ("gone", events.MessageWhispered(conversation=7, whisper=5, at=AT, removed=True)),
    (
        "full",
        events.ModalOpened(
            conversation=7,
            modal=6,
            app=4,
            client_key="a1b2c3d4e5f6",
            body={
                "title": "Why?",
                "action": "why",
                "blocks": [{"type": "input", "action": "reason"}],
                "submit": "Send",
            },
        ),
    ),
]
