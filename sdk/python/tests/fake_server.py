"""A small server that keeps the protocol's promises in memory: what the kit's tests talk to.

Users are numbers, a token is the user's number. Everyone's personal conversation is 1000 + user.
"""

import itertools

import msgspec
from fake_conversation import Conversation
from parley_sdk.wire import events as ev
from parley_sdk.wire import frames as fr
from parley_sdk.wire import replies as re_

AT = 1_764_000_000_000
CHANGES = (ev.MessageEdited, ev.MessageRecalled, ev.ReactionAdded, ev.ReactionRemoved)


class FakeServer:
    def __init__(self, clock):
        self.clock = clock
        self.conversations = {}
        self.sessions = []
        self.keys = {}
        self.is_up = True
        self.heartbeat = 20
        self.max_gap = 1_000
        self.delta = 20
        self.hello = None  # a function frame → reply or None, to refuse
        self.requests = []
        self.refuse = {}  # frame type → ServerError fields, once
        self._ids = itertools.count(1)

    def add(self, pk, members, *, kind="group", large=False):
        conversation = self.conversations[pk] = Conversation(pk, kind, members, large=large)
        for user in members:
            self.personal(user)
        return conversation

    def personal(self, user):
        pk = 1_000 + user
        if pk not in self.conversations:
            self.conversations[pk] = Conversation(pk, "personal", [user])
        return self.conversations[pk]

    def session(self, link):
        return FakeSession(self, link)

    def kill(self):
        """The process dies: every link is cut, nothing committed is lost."""
        self.is_up = False
        for session in list(self.sessions):
            session.link.cut()

    # The log

    def append(self, conversation, make, key=""):
        """One entry; ``make(seq)`` gives the event."""
        event = make(conversation.head + 1)
        conversation.log.append(event)
        if isinstance(event, ev.MessageCreated):
            conversation.state[event.seq] = event
            conversation.number = event.number
            if event.sender:
                self.read(conversation, event.sender, event.number)
            for user in event.mentions:
                conversation.mentioned.setdefault(user, set()).add(event.number)
        elif isinstance(event, CHANGES):
            self.change(conversation, event)
        else:
            conversation.state[event.seq] = event
        if key:
            self.keys[(conversation.pk, event.sender, key)] = event
        self.publish(conversation, event)
        if isinstance(event, ev.MessageCreated):
            for user in event.mentions:
                own = self.personal(user)
                self.append(own, lambda seq: ev.MentionReceived(conversation=own.pk, seq=seq, at=AT, message=event))  # noqa: B023
        return event

    def change(self, conversation, event):
        message = conversation.state[event.target]
        new = {"version": event.seq}
        if isinstance(event, ev.MessageRecalled):
            conversation.recalled.add(message.number)
            new |= {"body": {}, "mentions": [], "mentions_all": False, "reactions": {}, "recalled_at": event.at}
        elif isinstance(event, ev.MessageEdited):
            new |= {"body": event.body, "mentions": event.mentions, "edited_at": event.at}
        else:
            users = [each for each in message.reactions.get(event.emoji, []) if each != event.sender]
            users += [event.sender] if isinstance(event, ev.ReactionAdded) else []
            others = {emoji: who for emoji, who in message.reactions.items() if emoji != event.emoji}
            new["reactions"] = {**others, event.emoji: users} if users else others
        conversation.state[event.target] = msgspec.structs.replace(message, **new)

    def read(self, conversation, user, number):
        if number > conversation.members[user]:
            conversation.members[user] = min(number, conversation.number)
            return True
        return False

    def publish(self, conversation, event):
        for session in list(self.sessions):
            if session.user in conversation.members:
                session.tell(conversation, event)

    def join(self, conversation, user):
        conversation.members[user] = conversation.number
        self.append(
            conversation,
            lambda seq: ev.MemberAdded(
                conversation=conversation.pk, seq=seq, at=AT, users=[user], member_count=len(conversation.members)
            ),
        )
        own, state = self.personal(user), self.row(conversation, user)
        self.append(own, lambda seq: ev.InboxJoined(conversation=own.pk, seq=seq, at=AT, state=state))

    def leave(self, conversation, user):
        del conversation.members[user]
        own = self.personal(user)
        self.append(own, lambda seq: ev.InboxLeft(conversation=own.pk, seq=seq, at=AT, target=conversation.pk))
        self.append(
            conversation,
            lambda seq: ev.MemberRemoved(
                conversation=conversation.pk, seq=seq, at=AT, users=[user], member_count=len(conversation.members)
            ),
        )

    # Reads

    def unread(self, conversation, user):
        read = conversation.members[user]
        return conversation.number - read - len([each for each in conversation.recalled if each > read])

    def row(self, conversation, user):
        read = conversation.members[user]
        messages = [each for each in conversation.state.values() if isinstance(each, ev.MessageCreated)]
        recalled = sorted(each for each in conversation.recalled if each > read)
        mentioned = sorted(each for each in conversation.mentioned.get(user, ()) if each > read)
        return ev.ConversationState(
            conversation=conversation.pk,
            kind=conversation.kind,
            head_seq=conversation.head,
            last_number=conversation.number,
            read_number=read,
            unread=self.unread(conversation, user),
            unread_mentions=len(set(mentioned) - conversation.recalled),
            member_count=len(conversation.members),
            large=conversation.large,
            last=messages[-1] if messages else None,
            last_at=AT,
            recalled=recalled,
            mentioned=mentioned,
        )


class FakeSession:
    def __init__(self, server, link):
        self.server, self.link = server, link
        self.user = None
        self.open = set()
        self.sent, self.acked = {}, {}

    def closed(self):
        if self in self.server.sessions:
            self.server.sessions.remove(self)
        self.user = None

    def send(self, reply):
        self.link.deliver(self.link.codec.encode(reply))

    def tell(self, conversation, event):
        if conversation.large and conversation.pk not in self.open and hasattr(event, "seq"):
            event = ev.ConversationAdvanced(
                conversation=conversation.pk, head_seq=conversation.head, last_number=conversation.number
            )
        elif hasattr(event, "seq"):
            self.sent[conversation.pk] = event.seq
        self.send(re_.Events(events=[event]))

    def beat(self):
        if self in self.server.sessions:
            late = {pk: seq for pk, seq in self.sent.items() if self.acked.get(pk, 0) < seq}
            self.send(re_.ServerPing(heads=late))
            self.server.clock.call_later(self.server.heartbeat / 2, self.beat)

    def received(self, data):
        frame = self.link.codec.decode_frame(data)
        assert frame is not None, data
        self.server.requests.append(frame)
        if isinstance(frame, fr.Hello):
            self.greet(frame)
        elif self.user is None:
            self.fail(frame, "unauthenticated")
        elif isinstance(frame, fr.SyncAck):
            for pk, seq in frame.positions.items():
                self.acked[pk] = max(seq, self.acked.get(pk, 0))
        elif not isinstance(frame, fr.Pong):
            name = type(frame).__name__
            if name in self.server.refuse:
                self.send(re_.Failed(id=frame.id, message="No.", **self.server.refuse.pop(name)))
                return
            getattr(self, "do_" + type(frame).__struct_config__.tag.replace(".", "_"))(frame)

    def greet(self, frame):
        refusal = self.server.hello and self.server.hello(frame)
        if refusal:
            self.send(refusal)
            return
        if self.user is None:
            self.user = int(frame.token)
            self.server.sessions.append(self)
            self.server.clock.call_later(self.server.heartbeat / 2, self.beat)
        self.send(
            re_.Welcome(
                id=frame.id, version=1, session="s", user=self.user, device=1, name=f"user {self.user}",
                personal=self.server.personal(self.user).pk, now=AT, heartbeat=self.server.heartbeat, ack_within=5, limits={},
            )
        )  # fmt: skip

    def fail(self, frame, code, **more):
        self.send(re_.Failed(id=getattr(frame, "id", 0), error=code, message=code, **more))

    def of(self, frame):
        conversation = self.server.conversations.get(frame.conversation)
        if conversation is None or self.user not in conversation.members:
            self.fail(frame, "not_a_member")
            return None
        return conversation

    def write(self, frame, make):
        conversation = self.of(frame)
        if conversation is None:
            return
        known = self.server.keys.get((conversation.pk, self.user, frame.client_key))
        event = known or self.server.append(conversation, lambda seq: make(conversation, seq), frame.client_key)
        self.send(
            re_.Accepted(
                id=frame.id, conversation=conversation.pk, seq=event.seq, at=AT, duplicate=known is not None,
                number=getattr(event, "number", 0), client_key=frame.client_key,
            )
        )  # fmt: skip

    def common(self, frame, seq):
        return {
            "conversation": frame.conversation,
            "seq": seq,
            "at": AT,
            "sender": self.user,
            "client_key": frame.client_key,
        }

    def do_message_send(self, frame):
        self.write(
            frame,
            lambda conversation, seq: ev.MessageCreated(
                **self.common(frame, seq), number=conversation.number + 1, kind=frame.kind, body=frame.body,
                mentions=[each for each in frame.mentions if each in conversation.members and each != self.user], version=seq,
            ),
        )  # fmt: skip

    def target(self, frame):
        conversation = self.of(frame)
        message = conversation and conversation.state.get(frame.target)
        if conversation and (not isinstance(message, ev.MessageCreated) or message.recalled_at):
            key = (conversation.pk, self.user, frame.client_key)
            if key not in self.server.keys:
                self.fail(frame, "not_found")
                return None
        return message

    def do_message_edit(self, frame):
        if self.target(frame):
            self.write(
                frame,
                lambda _, seq: ev.MessageEdited(**self.common(frame, seq), target=frame.target, body=frame.body),
            )

    def do_message_recall(self, frame):
        if message := self.target(frame):
            self.write(
                frame,
                lambda _, seq: ev.MessageRecalled(
                    **self.common(frame, seq), target=frame.target, number=message.number
                ),
            )

    def do_reaction_add(self, frame):
        if self.target(frame):
            self.write(
                frame,
                lambda _, seq: ev.ReactionAdded(**self.common(frame, seq), target=frame.target, emoji=frame.emoji),
            )

    def do_reaction_remove(self, frame):
        if self.target(frame):
            self.write(
                frame,
                lambda _, seq: ev.ReactionRemoved(**self.common(frame, seq), target=frame.target, emoji=frame.emoji),
            )

    def do_receipt_mark(self, frame):
        conversation = self.of(frame)
        if conversation is None:
            return
        if self.server.read(conversation, self.user, frame.read_number):
            number = conversation.members[self.user]
            own = self.server.personal(self.user)
            self.server.append(
                own,
                lambda seq: ev.ReadMoved(
                    conversation=own.pk, seq=seq, at=AT, target=conversation.pk, read_number=number
                ),
            )
            self.server.publish(
                conversation, ev.ReceiptRead(conversation=conversation.pk, user=self.user, read_number=number)
            )
        self.send(re_.Done(id=frame.id))

    def do_typing_start(self, frame):
        if conversation := self.of(frame):
            self.server.publish(conversation, ev.TypingStarted(conversation=conversation.pk, user=self.user))
            self.send(re_.Done(id=frame.id))

    def do_typing_stop(self, frame):
        if conversation := self.of(frame):
            self.server.publish(conversation, ev.TypingStopped(conversation=conversation.pk, user=self.user))
            self.send(re_.Done(id=frame.id))

    def do_presence_get(self, frame):
        online = {session.user for session in self.server.sessions}
        self.send(re_.PresencePage(id=frame.id, statuses={each: "online" for each in frame.users if each in online}))

    def do_conversation_open(self, frame):
        if self.of(frame):
            self.open.add(frame.conversation)
            self.send(re_.Done(id=frame.id))

    def do_conversation_close(self, frame):
        self.open.discard(frame.conversation)
        self.send(re_.Done(id=frame.id))

    def do_timeline_sync(self, frame):
        conversation = self.of(frame)
        if conversation is None:
            return
        until = min(frame.until or conversation.head, conversation.head)
        if until - frame.after > self.server.max_gap:
            self.send(
                re_.TimelineEntries(
                    id=frame.id,
                    conversation=conversation.pk,
                    events=[],
                    head_seq=conversation.head,
                    snapshot_required=True,
                )
            )
            return
        found = conversation.log[frame.after : until]
        page = found[: frame.limit]
        self.send(
            re_.TimelineEntries(
                id=frame.id,
                conversation=conversation.pk,
                events=page,
                head_seq=conversation.head,
                more=len(found) > len(page),
            )
        )

    def do_timeline_history(self, frame):
        conversation = self.of(frame)
        if conversation is None:
            return
        found = [seq for seq in sorted(conversation.state) if not frame.before or seq < frame.before]
        page = found[-frame.limit :]
        self.send(
            re_.TimelinePage(
                id=frame.id, conversation=conversation.pk, events=[conversation.state[seq] for seq in page],
                head_seq=conversation.head, has_older=len(found) > len(page),
            )
        )  # fmt: skip

    def do_inbox_sync(self, frame):
        mine = {pk: each for pk, each in self.server.conversations.items() if self.user in each.members}
        states, deltas = [], []
        for pk, conversation in mine.items():
            held = frame.positions.get(pk, -1)
            if held >= conversation.head and pk != 1_000 + self.user:
                personal = self.server.personal(self.user)
                if personal.head - frame.positions.get(personal.pk, 0) <= self.server.delta:
                    continue
            states.append(self.server.row(conversation, self.user))
            if pk in frame.positions:
                missing = conversation.log[held:]
                complete = len(missing) <= self.server.delta
                deltas.append(re_.Delta(conversation=pk, events=missing if complete else [], complete=complete))
        gone = sorted(set(frame.positions) - set(mine))
        self.send(re_.InboxPage(id=frame.id, states=states, deltas=deltas, gone=gone))
