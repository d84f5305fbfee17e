from datetime import timedelta

from accounts import conf


def test_settings_override_the_defaults_at_each_use(settings):
    assert conf.get().name_free_attempts == 5
    settings.ACCOUNTS = {"name_free_attempts": 2}
    assert conf.get().name_free_attempts == 2
    assert conf.get().touch_every == timedelta(minutes=1)
