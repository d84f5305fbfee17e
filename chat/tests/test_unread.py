"""The unread rule against a brute-force count, after anything that several people can do.

Brute force keeps, for each person, the set of messages that he has not read: what others said after he joined and after
he last read or spoke, without what was recalled. The server derives the same number from positions.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actor import Actor
from chat import selectors
from chat.services import conversations, members, messages, receipts
from chat.tests import factories
from chat.tests.factories import key
from protocol import events
from protocol.errors import ParleyError
from tests import oracle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

person = st.integers(0, 3)
place = st.integers(0, 30)
step = st.one_of(
    st.tuples(st.just("send"), person, st.sets(person, max_size=3)),
    st.tuples(st.just("recall"), person, place),
    st.tuples(st.just("edit"), person, place, st.sets(person, max_size=2)),
    st.tuples(st.just("react"), person, place),
    st.tuples(st.just("read"), person, place),
    st.tuples(st.just("join"), person),
    st.tuples(st.just("leave"), person),
)


@dataclass
class Said:
    """A message as everybody remembers it."""

    seq: int
    number: int
    recalled: bool = False
    mentioned: set[int] = field(default_factory=set)


@dataclass
class Model:
    """The conversation by brute force."""

    said: list[Said] = field(default_factory=list)
    #: Person -> numbers of the messages not read yet.
    unread: dict[int, set[int]] = field(default_factory=dict)

    def counts(self, user: int) -> tuple[int, int]:
        """Unread messages and unread mentions."""
        left = [each for each in self.said if each.number in self.unread[user] and not each.recalled]
        return len(left), len([each for each in left if user in each.mentioned])


def play(model: Model, group: int, people: list[Actor], action: tuple) -> None:
    """One step on both sides; what the server refuses does not happen in the model either."""
    verb, actor, *rest = action
    who = people[actor]
    where = {"actor": who, "conversation": group}
    target = model.said[rest[0] % len(model.said)] if verb in ("recall", "edit", "react") and model.said else None
    if verb == "send":
        mentions = [people[each].user for each in rest[0]]
        outcome = factories.send(who, group, mentions=mentions)
        here = {each for each in mentions if each in model.unread and each != who.user}
        model.said.append(Said(outcome.seq, outcome.number, mentioned=here))
        for unread in model.unread.values():
            unread.add(outcome.number)
        model.unread[who.user] = set()
    elif verb == "recall" and target:
        messages.recall(**where, client_key=key(), target=target.seq)
        target.recalled = True
    elif verb == "edit" and target:
        mentions = [people[each].user for each in rest[1]]
        messages.edit(**where, client_key=key(), target=target.seq, body={"text": "new"}, mentions=mentions)
        target.mentioned |= {each for each in mentions if each in model.unread and each != who.user}
    elif verb == "react" and target:
        messages.react(**where, client_key=key(), target=target.seq, emoji="👍")
    elif verb == "read":
        receipts.mark_read(**where, read_number=rest[0])
        model.unread[who.user] = {each for each in model.unread[who.user] if each > rest[0]}
    elif verb == "join" and members.add_members(actor=people[0], conversation=group, users=[who.user]):
        model.unread[who.user] = set()
    elif verb == "leave":
        members.leave(**where)
        del model.unread[who.user]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(step, max_size=25))
def test_unread_is_what_brute_force_counts_and_what_a_client_derives(transactional_db, monkeypatch, steps):
    people = [Actor(user=user) for user in factories.people(4, prefix=f"unread-{key()}-")]
    told: list[events.Event] = []
    monkeypatch.setattr("chat.relay.publish", lambda emitted: told.extend(each.event for each in emitted))
    for each in people:
        conversations.personal_of(each.user)
    group = conversations.create_group(actor=people[0], title="Any", members=[people[1].user]).pk
    model = Model(unread={people[0].user: set(), people[1].user: set()})
    clients = {each.user: {s.conversation: s for s in selectors.list_inbox(each.user, {}).states} for each in people}
    told.clear()
    for action in steps:
        try:
            play(model, group, people, action)
        except ParleyError:
            continue
    for user in model.unread:
        state = selectors.get_state(user, group)
        assert (state.unread, state.unread_mentions) == model.counts(user)
    for each in people:
        # Only what this person's sessions get: the own topic, and the group (events of others' are not in the inbox).
        derived = oracle.inbox_after(clients[each.user], told, each.user)
        assert derived == {s.conversation: s for s in selectors.list_inbox(each.user, {}).states}
