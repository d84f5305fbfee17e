from accounts.actor import SYSTEM, Actor


def test_only_the_server_itself_is_the_system():
    assert SYSTEM.is_system
    assert not Actor(user=1).is_system
