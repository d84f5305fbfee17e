"""Devices: where you are signed in, and signing out there."""

from datetime import datetime

from accounts import selectors
from accounts.models import Device
from chat.services import devices
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import DeviceList, DeviceRow


class DevicesView(Door):
    """All devices of the actor."""

    @operation("devices.list", scope=None, answer=DeviceList)
    def get(self) -> DeviceList:
        """Where you are signed in, the most recently seen first."""
        return DeviceList(devices=[self._row(each) for each in selectors.list_devices(self.actor.user)])

    def _row(self, device: Device) -> DeviceRow:
        return DeviceRow(
            id=device.pk,
            platform=device.platform,
            name=device.name,
            created_at=_ms(device.created_at),
            last_seen_at=_ms(device.last_seen_at),
            last_ip=device.last_ip or "",
            current=device.pk == self.actor.device,
        )


class DeviceView(Door):
    """One device."""

    @operation("devices.revoke", scope=None, fails=(404,))
    def delete(self, *, device: int) -> None:
        """Sign a device out: its tokens are dead at once, its sockets are cut within seconds."""
        devices.revoke(actor=self.actor, device_id=device)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
