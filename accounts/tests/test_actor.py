from accounts.actor import SYSTEM, Actor


def test_only_the_server_itself_is_the_system():
    assert SYSTEM.is_system
    assert not Actor(user=1).is_system


def test_an_operator_is_the_same_person_with_the_acts_of_one_button():
    bob = Actor(user=1, name="B" * 150, device=7, ip="::1")
    pressed = bob.as_operator("mute", "ban")
    assert (pressed.user, pressed.device, pressed.ip) == (1, 7, "::1")
    assert pressed.operates == {"mute", "ban"}
    assert pressed.name == "B" * 100 + " (operator)"
    assert not bob.operates
