"""The word lists in force, ready in memory, and what they do to a message. No query unless a list has changed.

The server's lists bear a version that the write path reads in the statement that locks the conversation, a group's own
lists one in the group's rules: what is held for another version is made anew, so a change holds from the next message on,
in every process.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery

from chat import kinds
from chat.models import Conversation
from chat.participation import WordFilter, WordList
from chat.screening.automaton import Automaton
from chat.screening.folding import align, fold
from protocol.errors import Forbidden

#: Words that a refusal names: enough to see what it is about.
NAMED = 5
#: Groups with lists of their own that one process holds ready.
HELD = 256
MASK = "＊"
_SENDING = (WordList.Action.BLOCK, WordList.Action.MASK)
_FLAGGING = (WordList.Action.FLAG,)


@dataclass(frozen=True, slots=True)
class _Screen:
    """The lists of one scope; ``blocks``: for each term whether it blocks, else it masks (or flags)."""

    version: int
    automaton: Automaton
    blocks: tuple[bool, ...]


#: (conversation, 0: the server's; whether for flagging) -> what is in force.
_held: dict[tuple[int, bool], _Screen] = {}


def screen(kind: str, body: dict[str, Any], conversation: Conversation) -> dict[str, Any]:
    """The body as it may be stored: masked, or as it is. Raises Forbidden words_blocked."""
    screens = list(_in_force(conversation, conversation.word_version, flagging=False))
    if not screens:
        return body
    blocked: dict[str, None] = {}
    masks: list[str] = []

    def look(text: str) -> str:
        folded = fold(text)
        for each in screens:
            for hit in each.automaton.find(folded):
                if each.blocks[hit.term]:
                    blocked[folded[hit.start : hit.end]] = None
                else:
                    masks.append(text)
        return text

    shape = kinds.get(kind)
    shape.reword(body, look)
    if blocked:
        details = {"rule": "word_filter", "words": list(blocked)[:NAMED]}
        raise Forbidden("There are words in it that may not be said here.", code="words_blocked", details=details)
    return shape.reword(body, _masking(screens)) if masks else body


def flagging(conversation: int) -> Callable[[str, dict[str, Any]], list[str]] | None:
    """What says for which words the moderators shall see a message there; None when nothing is flagged. One query."""
    version = Subquery(WordFilter.objects.values("version")[:1])
    found = Conversation.objects.only("kind", "rules").annotate(words=version).filter(pk=conversation).first()
    screens = list(_in_force(found, found.words or 0, flagging=True)) if found else []

    def flagged(kind: str, body: dict[str, Any]) -> list[str]:
        words: dict[str, None] = {}

        def look(text: str) -> str:
            folded = fold(text)
            for each in screens:
                words.update(dict.fromkeys(folded[hit.start : hit.end] for hit in each.automaton.find(folded)))
            return text

        kinds.get(kind).reword(body, look)
        return list(words)[:NAMED]

    return flagged if screens else None


def _in_force(conversation: Conversation, version: int, *, flagging: bool) -> Iterator[_Screen]:
    if conversation.kind == Conversation.Kind.PERSONAL:
        return  # notes to oneself
    for scope, wanted in ((0, version), (conversation.pk, int(conversation.rules.get("words", 0)))):
        if not wanted:
            continue
        held = _held.get((scope, flagging))
        if held is None or held.version != wanted:
            held = _load(scope, wanted, _FLAGGING if flagging else _SENDING)
            if len(_held) >= HELD:
                del _held[next(iter(_held))]
            _held[(scope, flagging)] = held
        if held.blocks:
            yield held


def _load(scope: int, version: int, actions: tuple[WordList.Action, ...]) -> _Screen:
    rows = WordList.objects.filter(conversation=scope or None, enabled=True, action__in=actions)
    terms: list[str] = []
    blocks: list[bool] = []
    for action, text in rows.values_list("action", "terms"):
        told = text.splitlines()
        terms.extend(told)
        blocks.extend([action == WordList.Action.BLOCK] * len(told))
    return _Screen(version, Automaton(terms), tuple(blocks))


def _masking(screens: list[_Screen]) -> Callable[[str], str]:
    """What puts a sign in the place of every letter of a masked word."""

    def mask(text: str) -> str:
        folded, begins, ends = align(text)
        hidden: set[int] = set()
        for each in screens:
            for hit in each.automaton.find(folded):
                hidden.update(range(begins[hit.start], ends[hit.end - 1]))
        return "".join(
            MASK if place in hidden and not letter.isspace() else letter for place, letter in enumerate(text)
        )

    return mask
