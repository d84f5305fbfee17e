"""The write path: drafts in, one transaction, gapless positions and outcomes out. docs/life-of-a-message.md

Publishing is the caller's, after the commit. Queries per batch are constant; the rules know nothing of batching.
"""

from collections.abc import Callable, Mapping, Sequence

from chat.timeline import changes, marking, placing, reading, writing
from chat.timeline.drafts import Draft, Emitted, Outcome, emitted_by, topic_of
from chat.timeline.reading import lock
from chat.timeline.retrying import run
from chat.timeline.scene import Scene
from protocol.errors import ParleyError

__all__ = ["Draft", "Emitted", "Outcome", "append", "emitted_by", "lock", "run", "topic_of"]

#: Wire name of the entry -> what places it. All others are facts that a service has decided: ``placing.note``.
_SPEAKING: Mapping[str, Callable[[Draft, Scene], Outcome]] = {
    "message.created": placing.say,
    "message.edited": changes.edit,
    "message.recalled": changes.recall,
    "reaction.added": changes.react,
    "reaction.removed": changes.react,
    "message.pinned": marking.pin,
    "message.unpinned": marking.pin,
    "message.confirmed": marking.confirm,
    "message.previewed": marking.preview,
}


def append(drafts: Sequence[Draft]) -> list[Outcome]:
    """Commit ``drafts`` in one transaction and answer each: its position, its earlier position, or its error.

    A refused draft leaves the others alone. Raises Unavailable when the database stays busy; nothing is stored then.
    """
    return run(lambda: _append(drafts)) if drafts else []


def _append(drafts: Sequence[Draft]) -> list[Outcome]:
    scene = reading.load(drafts)
    outcomes = [_answer(draft, scene) for draft in drafts]
    writing.write(scene)
    return outcomes


def _answer(draft: Draft, scene: Scene) -> Outcome:
    try:
        return placing.find_earlier(draft, scene) or _SPEAKING.get(draft.type, placing.note)(draft, scene)
    except ParleyError as refused:
        return Outcome(conversation=draft.conversation, client_key=draft.client_key, error=refused)
