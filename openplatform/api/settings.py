"""Settings of the actor: all of them, and one. Which there are: docs/settings.md."""

from chat import selectors
from chat.services import settings
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.own_shapes import SettingChange, SettingList, SettingRow


class SettingsView(Door):
    """All settings."""

    @operation("settings.list", scope="personal:read", answer=SettingList)
    def get(self) -> SettingList:
        """What you chose. A setting that is not named is as by default."""
        values, seq = selectors.list_settings(self.actor.user)
        return SettingList(values=values, seq=seq)


class SettingView(Door):
    """One setting."""

    @operation("settings.change", scope="personal:write", body=SettingChange, answer=SettingRow, fails=(404,))
    def put(self, *, name: str, body: SettingChange) -> SettingRow:
        """Choose a value; null takes the choice back. Your other devices are told."""
        value, seq = settings.change(actor=self.actor, name=name, value=body.value)
        return SettingRow(name=name, value=value, seq=seq)
