"""docs/life-of-a-message.md as one test: from Alice's socket through the log to Bob's, and nothing for Charlie."""

import pytest
from asgiref.sync import sync_to_async

from chat.models import Entry
from chat.realtime.tests.company import Company
from chat.realtime.tests.company import company as make_company
from chat.realtime.tests.sockets import door
from protocol.codec import JSON, MSGPACK
from protocol.events import MessageCreated, MessageEdited, MessageRecalled, ReactionAdded
from protocol.frames import InboxSync, MessageEdit, MessageRecall, MessageSend, ReactionAdd, TimelineSync
from protocol.replies import Accepted, Failed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(db) -> Company:
    return make_company()


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_the_life_of_a_message(company, codec):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"], codec)
        bob = await sockets.open(company.tokens["bob"], codec)
        charlie = await sockets.open(company.tokens["charlie"], codec)

        # Said once, stored before it is acknowledged.
        said = {"conversation": company.group, "client_key": "key-000001", "body": {"text": "早上好, Bob"}}
        accepted = await alice.ask(MessageSend, **said)
        assert isinstance(accepted, Accepted), accepted
        stored = await sync_to_async(Entry.objects.get)(conversation=company.group, seq=accepted.seq)
        assert stored.body == {"text": "早上好, Bob"}

        # Everybody in the conversation gets the same event, its sender's socket too.
        heard = await bob.event(MessageCreated, seq=accepted.seq)
        assert (heard.sender, heard.number, heard.body) == (company.user("alice"), accepted.number, said["body"])
        assert await alice.event(MessageCreated, seq=accepted.seq) == heard

        # The same key again is the same message.
        again = await alice.ask(MessageSend, **said)
        assert (again.seq, again.duplicate) == (accepted.seq, True)

        # Whatever happens to it later is an entry of the same timeline.
        target = {"conversation": company.group, "target": accepted.seq}
        reacted = await bob.ask(ReactionAdd, client_key="key-000002", emoji="👍", **target)
        assert (await alice.event(ReactionAdded, seq=reacted.seq)).emoji == "👍"
        edited = await alice.ask(MessageEdit, client_key="key-000003", body={"text": "Good morning"}, **target)
        assert (await bob.event(MessageEdited, seq=edited.seq)).body == {"text": "Good morning"}

        # Sync reads the same log: what was live is what a page says.
        page = await bob.ask(TimelineSync, conversation=company.group, after=accepted.seq)
        assert page.events == [each for each in bob.events if getattr(each, "seq", 0) > accepted.seq]
        recalled = await alice.ask(MessageRecall, client_key="key-000004", **target)
        assert (await bob.event(MessageRecalled, seq=recalled.seq)).target == accepted.seq
        assert [reacted.seq, edited.seq, recalled.seq] == [accepted.seq + n for n in (1, 2, 3)]
        inbox = await bob.ask(InboxSync)
        row = next(each for each in inbox.states if each.conversation == company.group)
        assert (row.head_seq, row.unread) == (recalled.seq, 0)

        # Charlie heard nothing, and may neither speak nor read.
        refused = await charlie.ask(MessageSend, **(said | {"client_key": "key-000005"}))
        assert isinstance(refused, Failed)
        assert refused.error == "not_a_member"
        assert (await charlie.ask(TimelineSync, conversation=company.group, after=0)).error == "not_a_member"
        assert not any(getattr(each, "conversation", 0) == company.group for each in charlie.events)
