"""What apps say to one person alone, their dialogs, and their later answers. docs/interactions.md"""

from chat.card_actions import Asked, CardAnswer
from openplatform.api.door import Door
from openplatform.api.fact_shapes import ActionBody
from openplatform.api.interaction_shapes import (
    ModalChange,
    NewModal,
    NewWhisper,
    Submission,
    SubmissionAnswer,
    WhisperList,
    WhisperRow,
)
from openplatform.api.messages import choose_key
from openplatform.api.operation import operation
from openplatform.models import Modal, Whisper
from openplatform.services import interactions, modals, whispers
from openplatform.services.speaking import Reply
from protocol.cards import OpenedModal


class ResponseView(Door):
    """One interaction's address for later answers."""

    public = True

    @operation("responses.send", scope="", body=Reply, fails=(404, 409), public=True)
    def post(self, *, secret: str, body: Reply) -> None:
        """Answer an interaction later: five times, for half an hour. The address is the secret; nothing else is asked."""
        interactions.respond(response=secret, reply=body)


class WhispersView(Door):
    """Those of a conversation."""

    @operation("whispers.list", scope="messages:read", answer=WhisperList)
    def get(self, *, conversation: int) -> WhisperList:
        """What apps said here to you alone, of the last days."""
        heard = whispers.list_heard(actor=self.actor, conversation=conversation)
        return WhisperList(whispers=[_whisper(each) for each in heard])

    @operation("whispers.send", scope="messages:write", body=NewWhisper, answer=WhisperRow, status=201, fails=(404,))
    def post(self, *, conversation: int, body: NewWhisper) -> WhisperRow:
        """Say something to one member alone. For bots of apps."""
        said = whispers.say(
            actor=self.actor,
            conversation=conversation,
            user=body.user,
            kind=body.kind,
            body=body.body,
            target=body.target,
        )
        return _whisper(said)


class WhisperView(Door):
    """One of them."""

    @operation("whispers.remove", scope="messages:write", fails=(404,))
    def delete(self, *, conversation: int, whisper: int) -> None:
        """Take it away: one that you heard, or that your bot said."""
        whispers.remove(actor=self.actor, conversation=conversation, whisper=whisper)


class WhisperActionView(Door):
    """The controls of a card that was whispered."""

    @operation("whispers.act", scope="commands:use", body=ActionBody, answer=CardAnswer, key="passed", fails=(404, 409))
    def post(self, *, conversation: int, whisper: int, body: ActionBody, key: str) -> CardAnswer:
        """Use a control of a card that you alone see."""
        done = interactions.press_whisper(
            actor=self.actor,
            conversation=conversation,
            whisper=whisper,
            client_key=choose_key(key, body.client_key),
            asked=Asked(body.action, body.value, body.values),
        )
        return CardAnswer(state="done", message=done.text, modal=done.modal)


class ModalsView(Door):
    """Dialogs."""

    @operation("modals.open", scope="", body=NewModal, answer=OpenedModal, status=201, fails=(404,))
    def post(self, *, body: NewModal) -> OpenedModal:
        """Open a dialog for who did something a moment ago. For bots of apps; each trigger once, within 30 seconds."""
        return _modal(modals.open_triggered(actor=self.actor, trigger=body.trigger, body=body.modal))


class ModalView(Door):
    """One of them."""

    @operation("modals.get", scope="commands:use", answer=OpenedModal, fails=(404,))
    def get(self, *, modal: int) -> OpenedModal:
        """A dialog that is open for you."""
        return _modal(modals.get_open(actor=self.actor, modal=modal))

    @operation("modals.change", scope="", body=ModalChange, answer=OpenedModal, fails=(404,))
    def put(self, *, modal: int, body: ModalChange) -> OpenedModal:
        """Show something else in it. For its app's bot."""
        return _modal(modals.update(actor=self.actor, modal=modal, body=body.modal))

    @operation("modals.close", scope="commands:use", key="passed", fails=(404, 409))
    def delete(self, *, modal: int, key: str) -> None:
        """Close it unsent."""
        interactions.close(actor=self.actor, modal=modal, client_key=choose_key(key, ""))


class SubmissionView(Door):
    """Sending one."""

    @operation(
        "modals.submit", scope="commands:use", body=Submission, answer=SubmissionAnswer, key="passed", fails=(404, 409)
    )
    def post(self, *, modal: int, body: Submission, key: str) -> SubmissionAnswer:
        """Send a dialog's fields to its app. The values are checked against the dialog as it is now."""
        done = interactions.submit(
            actor=self.actor, modal=modal, client_key=choose_key(key, body.client_key), values=body.values
        )
        if done.errors:
            return SubmissionAnswer(state="errors", errors=done.errors)
        return SubmissionAnswer(state="next" if done.modal else "done", modal=done.modal, message=done.text)


def _whisper(row: Whisper) -> WhisperRow:
    event = whispers.event_of(row)
    return WhisperRow(
        whisper=event.whisper,
        conversation=event.conversation,
        at=event.at,
        sender=event.sender,
        app=event.app,
        kind=event.kind,
        body=event.body,
        target=event.target,
    )


def _modal(row: Modal) -> OpenedModal:
    return OpenedModal(modal=row.pk, app=row.app_id, body=modals.shown(row))
