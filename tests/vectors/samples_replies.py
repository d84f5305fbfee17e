"""One full and, where fields may be left out, one smallest value of every frame that the server sends."""

from protocol import limits, replies
from tests.vectors import samples_events as samples

#: (name of the sample, value), in the order of the codes.
REPLIES: list[tuple[str, replies.AnyServerFrame]] = [
    (
        "full",
        replies.Welcome(
            id=1,
            version=limits.VERSION,
            session="s-9f2c",
            user=samples.ALICE,
            device=5,
            name="Alice 王",
            personal=3,
            now=samples.AT,
            heartbeat=limits.HEARTBEAT_SECONDS,
            ack_within=limits.ACK_SECONDS,
            limits={"frame_bytes": limits.MAX_FRAME_BYTES, "page": limits.MAX_PAGE},
            capabilities=["typing", "presence"],
            server="0.1.0",
        ),
    ),
    ("full", replies.Done(id=17)),
    ("smallest", replies.Failed(id=10, error="not_a_member", message="You are not in that conversation.")),
    (
        "full",
        replies.Failed(
            id=0, error="rate_limited", message="Too fast.", retry_after=1.5, details={"path": "body.text", "limit": 50}
        ),
    ),
    ("full", replies.PongReply(id=3, now=samples.AT)),
    ("idle", replies.ServerPing()),
    ("heads", replies.ServerPing(heads={7: 20, 9: 100_000})),
    ("one", replies.Events(events=[samples.HELLO])),
    ("every event at once", replies.Events(events=[event for _, event in samples.EVENTS])),
    (
        "first",
        replies.Accepted(id=10, conversation=7, seq=12, at=samples.AT, number=9, client_key="a1b2c3d4e5f6"),
    ),
    (
        "again",
        replies.Accepted(
            id=11, conversation=7, seq=12, at=samples.AT, number=9, client_key="a1b2c3d4e5f6", duplicate=True
        ),
    ),
    (
        "full",
        replies.TimelineEntries(
            id=26, conversation=7, events=[samples.CHANGED, samples.RECALLED], head_seq=20, more=True
        ),
    ),
    (
        "too far behind",
        replies.TimelineEntries(id=27, conversation=7, events=[], head_seq=20_000, snapshot_required=True),
    ),
    (
        "full",
        replies.TimelinePage(
            id=28,
            conversation=7,
            events=[samples.HELLO, samples.CHANGED, samples.RECALLED],
            head_seq=20,
            has_older=True,
            has_newer=True,
        ),
    ),
    ("empty", replies.TimelinePage(id=29, conversation=8, events=[], head_seq=0)),
    ("nothing new", replies.InboxPage(id=32, states=[])),
    (
        "full",
        replies.InboxPage(
            id=33,
            states=[samples.STATE, samples.DIRECT],
            deltas=[
                replies.Delta(conversation=7, events=[samples.CHANGED], complete=True),
                replies.Delta(conversation=8),
            ],
            gone=[70_000],
            next="c2Vl",
        ),
    ),
    ("full", replies.ConversationPage(id=25, state=samples.DIRECT)),
    (
        "full",
        replies.PeoplePage(
            id=21,
            people=[
                replies.Person(
                    id=1,
                    username="alice",
                    name="Alice Wang",
                    other_name="王爱丽",
                    title="Engineer",
                    department="研发",
                    avatar="/files/1",
                    status_emoji="🍜",
                    status_text="Lunch",
                    status_until=1_764_000_000_000,
                    quiet_until=1_764_000_000_000,
                    initials="wal wangaili",
                ),
                replies.Person(id=4, username="echo", name="Echo", kind="bot", active=False),
                replies.Person(id=2, username="bob", name="Bob"),
            ],
        ),
    ),
    ("full", replies.PresencePage(id=20, statuses={1: "online", 2: "away"})),
]
