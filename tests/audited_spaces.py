"""One way to do each privileged act of a space, for ``test_audited.py``: by who owns the group there."""

from collections.abc import Callable, Mapping
from typing import Any

from groups.services.spaces import access, channels, making


def _space(it: Any) -> int:
    return making.turn(actor=it.owner, conversation=it.group).pk


def _channel(it: Any) -> int:
    return channels.create(actor=it.owner, space=_space(it), wish=channels.Wish(title="general"))


def _hide(it: Any) -> None:
    channels.change(actor=it.owner, channel=_channel(it), wish=channels.Wish(private=True))


def _bar(it: Any) -> None:
    access.set_person(actor=it.owner, channel=_channel(it), user=it.bob.pk, allowed=False)


SPACES: Mapping[str, Callable[[Any], object]] = {
    "space.created": _space,
    "space.categories_changed": lambda it: channels.put_category(actor=it.owner, space=_space(it), name="Work"),
    "channel.created": _channel,
    "channel.changed": _hide,
    "channel.access_changed": _bar,
}
