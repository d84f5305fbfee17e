"""PUT …/preferences: what to be told of a conversation, silence, on top, marked as unread."""

from msgspec import UNSET
from msgspec.structs import asdict

from chat.rendering import milliseconds
from chat.services import preferences
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.own_shapes import Preference, PreferenceChange


class PreferencesView(Door):
    """How the actor treats one conversation."""

    @operation("preferences.change", scope="personal:write", body=PreferenceChange, answer=Preference)
    def put(self, *, conversation: int, body: PreferenceChange) -> Preference:
        """Change how you treat a conversation; the answer is the whole preference. Your other devices are told."""
        given = {name: value for name, value in asdict(body).items() if value is not UNSET}
        seat = preferences.change(actor=self.actor, conversation=conversation, wish=preferences.Wish(**given))
        return Preference(
            notify=str(seat.notify),
            silent_until=milliseconds(seat.silent_until),
            starred_at=milliseconds(seat.starred_at),
            unread_from=seat.unread_from,
        )
