"""Tunables: a default each, settings override, nothing is read at import."""

import pytest

from chat import conf


def test_a_setting_overrides_when_it_is_read(settings):
    assert conf.LARGE_CONVERSATION == 500
    settings.CHAT_LARGE_CONVERSATION = 3
    assert conf.LARGE_CONVERSATION == 3


def test_every_announced_tunable_has_a_default():
    for name in conf.__annotations__:
        if not name.startswith("_"):
            assert getattr(conf, name) is not None


def test_an_unknown_name_is_an_error():
    with pytest.raises(AttributeError):
        conf.NOTHING_SUCH  # noqa: B018
