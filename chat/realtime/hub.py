"""Which sessions of this process follow which topic, and handing each event to them once.

No framework, no event loop, no clock: the layer is two callables, ``join`` and ``leave``, and ``wake(delay)`` asks for a
``flush``. Queues and frames are ``outbound``'s. Page: docs/life-of-a-message.md.

The process joins a topic's layer group with its first follower and leaves with its last. Everything that arrived for a
topic between two flushes becomes one chunk, shared by all its followers.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chat.realtime.topic import Follower, Topic


class Hub:
    """Topic → local sessions."""

    def __init__(
        self, *, join: Callable[[str], None], leave: Callable[[str], None], wake: Callable[[float], None]
    ) -> None:
        self._join = join
        self._leave = leave
        self._wake = wake
        self.topics: dict[str, Topic] = {}
        #: Conversation → its topic: ``conv.<id>``, or ``user.<id>`` for a personal conversation.
        self.by_conversation: dict[int, Topic] = {}
        #: Told of devices that were signed out, and of topics that came up for sessions which are there already.
        self.revoked: Callable[[Iterable[int]], None] = lambda devices: None
        self.entered: Callable[[Topic], None] = lambda topic: None
        #: (user, conversation) → when the user left: a list of subscriptions read before that is no longer true.
        self.left: dict[tuple[int, int], float] = {}
        self._busy: dict[Topic, None] = {}
        #: Deliveries made between two flushes that were asked for.
        self._early = 0

    def subscribe(
        self, follower: Follower, name: str, *, conversation: int = 0, large: bool = False, small: bool = False
    ) -> Topic:
        """From now on ``follower`` gets what arrives for the topic."""
        topic = self.topics.get(name)
        if topic is None:
            topic = self.topics[name] = Topic(name, conversation, large=large, small=small)
            if conversation:
                self.by_conversation[conversation] = topic
            self._join(name)
        topic.followers.add(follower)
        follower.topics.add(topic)
        return topic

    def unsubscribe(self, follower: Follower, name: str) -> None:
        """``follower`` gets nothing more of the topic."""
        topic = self.topics.get(name)
        if topic is None or follower not in topic.followers:
            return
        topic.followers.discard(follower)
        topic.opened.discard(follower)
        follower.topics.discard(topic)
        follower.forget(topic.conversation)
        if not topic.followers:
            del self.topics[name]
            self.by_conversation.pop(topic.conversation, None)
            self._busy.pop(topic, None)
            self._leave(name)

    def remove(self, follower: Follower) -> None:
        """``follower`` is gone."""
        for topic in list(follower.topics):
            self.unsubscribe(follower, topic.name)

    def follows(self, follower: Follower, conversation: int) -> bool:
        """Whether ``follower`` is subscribed to the conversation, which is to say: a member."""
        topic = self.by_conversation.get(conversation)
        return topic is not None and follower in topic.followers

    def open(self, follower: Follower, conversation: int) -> None:
        """Full attention: every event, however large the conversation is."""
        topic = self.by_conversation.get(conversation)
        if topic is not None and follower in topic.followers:
            topic.opened.add(follower)

    def close(self, follower: Follower, conversation: int) -> None:
        """Background attention."""
        topic = self.by_conversation.get(conversation)
        if topic is not None:
            topic.opened.discard(follower)

    def opened(self, follower: Follower) -> int:
        """How many conversations ``follower`` holds open."""
        return sum(follower in topic.opened for topic in follower.topics)

    def deliver(self, message: Mapping[str, Any], now: float) -> None:
        """A message of the layer, as ``chat.relay`` made it. It is sent with the next flush."""
        topic = self.topics.get(message["topic"])
        if topic is None:
            return
        left = message.get("left", ())
        if left:
            # What came before the departure is still theirs, and nothing that comes after, in however busy a process:
            # neither the next flush nor an entry missing before it is waited for.
            self._early += self.flush(now)
        topic.take(message, now)
        for follower in list(topic.followers) if left else ():
            self._depart(follower, left, now)
        self._busy[topic] = None
        self._wake(0.0)

    def flush(self, now: float) -> int:
        """Hand out what is in order; ask to be woken for what is held back. Returns the number of deliveries."""
        delivered, self._early = self._early, 0
        busy, self._busy = self._busy, {}
        dirty: dict[Follower, None] = {}
        for topic in busy:
            again = topic.release(now)
            for message in topic.notices:
                self._follow_changes(topic, message, now)
            topic.notices.clear()
            for chunk, seq, followers in topic.drain(now):
                delivered += chunk.count * len(followers)
                for follower in followers:
                    follower.deliver(chunk, topic.conversation, seq, now)
                    dirty[follower] = None
            again = min(again, topic.advance_due(now))
            if again != float("inf") and topic.followers:
                self._busy[topic] = None
                self._wake(again)
        made: dict[tuple[int, ...], bytes | str] = {}
        for follower in dirty:
            follower.flush(made)
        return delivered

    def missed(self, heads: Mapping[int, int]) -> dict[Follower, dict[int, int]]:
        """Of conversation → head as the database has it: who was not sent that far, and must be told."""
        behind: dict[Follower, dict[int, int]] = {}
        for conversation, head in heads.items():
            topic = self.by_conversation.get(conversation)
            if topic is not None and head > topic.head:
                topic.reach(head)
                for follower in topic.attentive():
                    behind.setdefault(follower, {})[conversation] = head
        return behind

    def forget_left(self, before: float) -> None:
        """Departures before that moment matter to nobody any more."""
        self.left = {each: at for each, at in self.left.items() if at >= before}

    def _follow_changes(self, topic: Topic, message: Mapping[str, Any], now: float) -> None:
        """A personal timeline says that its owner joined or left conversations, or that devices were signed out."""
        for follower in list(topic.followers):
            for conversation, large, small in message.get("joined", ()):
                name = f"conv.{conversation}"
                first = name not in self.topics
                entered = self.subscribe(
                    follower, name, conversation=conversation, large=bool(large), small=bool(small)
                )
                self.left.pop((follower.user, conversation), None)
                if first:
                    self.entered(entered)
            self._depart(follower, message.get("left", ()), now)
        if message.get("revoked"):
            self.revoked(message["revoked"])

    def _depart(self, follower: Follower, conversations: Iterable[int], now: float) -> None:
        for conversation in conversations:
            self.left[follower.user, conversation] = now
            self.unsubscribe(follower, f"conv.{conversation}")
