"""The parser and registry of slash commands."""

import pytest

from chat import slash
from chat.tests import factories
from protocol import errors


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("/me waves", ("me", "waves")),
        ("/ME  waves \n twice ", ("me", "waves \n twice")),
        ("/shrug", ("shrug", "")),
        ("/help\n", ("help", "")),
        ("/邀请 bob", None),
        ("/usr/bin/env", None),
        ("//me is text", None),
        (" /me", None),
        ("/", None),
        ("/ me", None),
        ("me", None),
        ("", None),
        ("/" + "a" * 33, None),
    ],
)
def test_what_is_a_command(text: str, parsed: tuple[str, str] | None):
    assert slash.parse(text) == parsed


def test_every_command_says_what_it_does_in_both_languages():
    commands = slash.list_own()
    assert [each.name for each in commands] == sorted(each.name for each in commands)
    assert {"help", "invite", "leave", "me", "msg", "rename", "shrug", "topic"} <= {each.name for each in commands}
    assert all(each.help_en and each.help_zh for each in commands)


@pytest.mark.parametrize("name", ["me", "Not a name", ""])
def test_a_name_is_taken_once_and_is_a_name(name: str):
    with pytest.raises(ValueError, match="taken or is no name"):
        slash.command(name, help_en="x", help_zh="x")(lambda call: slash.Answer())


@pytest.mark.django_db
def test_an_outsider_learns_nothing_not_even_which_commands_there_are():
    scene = factories.scene()
    for text in ("/help", "/me waves", "/nonsense", "no command"):
        for conversation in (scene.id, 10**9):
            with pytest.raises(errors.Forbidden) as caught:
                slash.run(actor=scene.charlie, conversation=conversation, text=text, client_key=factories.key())
            assert caught.value.code == "not_a_member"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["hello", "/nonsense", "/usr/bin"])
def test_what_is_no_command_is_refused(text: str):
    scene = factories.scene()
    with pytest.raises(errors.BadRequest) as caught:
        slash.run(actor=scene.bob, conversation=scene.id, text=text, client_key=factories.key())
    assert caught.value.details["path"] == "text"
