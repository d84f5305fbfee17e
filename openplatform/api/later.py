"""Messages for later and reminders of the actor: in person only, since what is sent then is sent with a person's rights."""

from chat import selectors
from chat.later import ScheduledMessage
from chat.rendering import milliseconds
from chat.services import reminders, scheduled
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.own_shapes import (
    NewReminder,
    NewScheduled,
    ReminderList,
    ReminderRow,
    ScheduledList,
    ScheduledMove,
    ScheduledRow,
)


class ScheduledListView(Door):
    """All of them."""

    @operation("scheduled.list", scope=None, answer=ScheduledList)
    def get(self) -> ScheduledList:
        """What you wrote for later, the next first."""
        rows, seq = selectors.list_scheduled(self.actor.user)
        return ScheduledList(scheduled=[_row(each) for each in rows], seq=seq)


class ScheduleView(Door):
    """One more, in a conversation."""

    @operation(
        "scheduled.create", scope=None, body=NewScheduled, answer=ScheduledRow, status=201, key="kept", fails=(409,)
    )
    def post(self, *, conversation: int, body: NewScheduled) -> ScheduledRow:
        """Send a message at a time, as if you sent it then. Your other devices are told by ``scheduled.changed``."""
        written = scheduled.Written(
            text=body.text,
            at=body.at,
            thread_root=body.thread_root,
            reply_to=body.reply_to,
            mentions=tuple(body.mentions),
            mentions_all=body.mentions_all,
        )
        return _row(scheduled.schedule(actor=self.actor, conversation=conversation, written=written))


class ScheduledView(Door):
    """One of them."""

    @operation("scheduled.move", scope=None, body=ScheduledMove, answer=ScheduledRow, fails=(404,))
    def patch(self, *, scheduled_message: int, body: ScheduledMove) -> ScheduledRow:
        """At another time; one that failed is tried again then."""
        return _row(scheduled.move(actor=self.actor, scheduled=scheduled_message, at=body.at))

    @operation("scheduled.cancel", scope=None, fails=(404,))
    def delete(self, *, scheduled_message: int) -> None:
        """Do not send it."""
        scheduled.cancel(actor=self.actor, scheduled=scheduled_message)


class RemindersView(Door):
    """All of them."""

    @operation("reminders.list", scope="personal:read", answer=ReminderList)
    def get(self) -> ReminderList:
        """What you want to be shown again, the next first; those whose time has come stay until they are done with."""
        rows, seq = selectors.list_reminders(self.actor.user)
        found = [
            ReminderRow(at=milliseconds(row.at), message=message, due=row.due, note=row.note) for row, message in rows
        ]
        return ReminderList(reminders=found, seq=seq)


class ReminderView(Door):
    """The one of a message."""

    @operation("reminders.put", scope="personal:write", body=NewReminder, fails=(404, 409))
    def put(self, *, conversation: int, seq: int, body: NewReminder) -> None:
        """Show it again then; moves an earlier reminder. Your devices are told by ``reminder.changed``, at the time too."""
        reminders.remind(actor=self.actor, conversation=conversation, seq=seq, at=body.at, note=body.note)

    @operation("reminders.dismiss", scope="personal:write")
    def delete(self, *, conversation: int, seq: int) -> None:
        """Done with, or not wanted any more."""
        reminders.dismiss(actor=self.actor, conversation=conversation, seq=seq)


def _row(row: ScheduledMessage) -> ScheduledRow:
    return ScheduledRow(
        scheduled=row.pk,
        conversation=row.conversation_id,
        text=row.text,
        at=milliseconds(row.at),
        state=row.state,
        thread_root=row.thread_root,
        reply_to=row.reply_to,
        problem=row.problem,
    )
