"""Tunables: defaults, and what settings say instead."""

import pytest

from openplatform import conf


def test_settings_override_a_default_at_once(settings):
    assert conf.get().api_burst == 200
    settings.OPENPLATFORM = {"api_burst": 7}
    assert conf.get().api_burst == 7


def test_a_name_that_does_not_exist_is_noticed(settings):
    settings.OPENPLATFORM = {"api_brust": 7}
    with pytest.raises(TypeError):
        conf.get()
