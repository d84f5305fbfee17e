"""One full and, where fields may be left out, one smallest value of every request."""

from protocol import frames, limits

#: (name of the sample, value), in the order of the codes.
FRAMES: list[tuple[str, frames.AnyFrame]] = [
    ("smallest", frames.Hello(id=1, version=limits.VERSION)),
    (
        "full",
        frames.Hello(
            id=1, version=limits.VERSION, capabilities=["typing", "presence"], token="ply_x", client="parley-python 1.0"
        ),
    ),
    ("full", frames.SessionRenew(id=2, token="ply_fresh")),
    ("full", frames.Ping(id=3)),
    ("largest id", frames.Ping(id=2**53 - 1)),
    ("full", frames.Pong()),
    ("full", frames.SyncAck(positions={7: 20, 8: 3})),
    ("empty", frames.SyncAck(positions={})),
    ("text", frames.MessageSend(id=10, conversation=7, client_key="a1b2c3d4e5f6", body={"text": "Hello, 世界 👋"})),
    (
        "full",
        frames.MessageSend(
            id=11,
            conversation=7,
            client_key="b0b0b0b0-0001",
            kind="card",
            body={"title": "x", "rows": [[1, -2, 2.5, None, True], {"deep": {"er": []}}]},
            reply_to=12,
            thread_root=12,
            mentions=[1, 3],
            mentions_all=True,
            urgent=True,
        ),
    ),
    (
        "smallest",
        frames.MessageEdit(id=12, conversation=7, client_key="edit-00001", target=12, body={"text": "Hello again"}),
    ),
    (
        "full",
        frames.MessageEdit(
            id=13,
            conversation=7,
            client_key="edit-00002",
            target=12,
            body={"text": "@Bob"},
            mentions=[2],
            mentions_all=True,
        ),
    ),
    ("full", frames.MessageRecall(id=14, conversation=7, client_key="recall-001", target=14)),
    ("full", frames.ReactionAdd(id=15, conversation=7, client_key="react-0001", target=13, emoji="👍")),
    ("full", frames.ReactionRemove(id=16, conversation=7, client_key="react-0002", target=13, emoji="party")),
    ("full", frames.ReceiptMark(id=17, conversation=7, read_number=11)),
    ("full", frames.TypingStart(id=18, conversation=7)),
    ("full", frames.TypingStop(id=19, conversation=7)),
    ("full", frames.PresenceGet(id=20, users=[1, 2, 3])),
    ("full", frames.PeopleGet(id=21, users=[1, 2, 3])),
    ("nobody", frames.PeopleGet(id=22, users=[])),
    ("full", frames.ConversationOpen(id=23, conversation=9)),
    ("full", frames.ConversationClose(id=24, conversation=9)),
    ("full", frames.DirectOpen(id=25, user=2)),
    ("smallest", frames.TimelineSync(id=26, conversation=7, after=12)),
    ("full", frames.TimelineSync(id=27, conversation=7, after=12, until=20, limit=200)),
    ("newest", frames.TimelineHistory(id=28, conversation=7)),
    ("before", frames.TimelineHistory(id=29, conversation=7, before=12, limit=30)),
    ("after", frames.TimelineHistory(id=30, conversation=7, after=12, limit=1)),
    ("around", frames.TimelineHistory(id=31, conversation=7, around=12, limit=200)),
    ("thread", frames.TimelineHistory(id=34, conversation=7, thread_root=12)),
    ("everything", frames.InboxSync(id=32)),
    ("since", frames.InboxSync(id=33, positions={3: 8, 7: 20, 70_000: 2**53 - 1}, cursor="c2Vl")),
]
