"""What an app may be allowed: every scope is explained, and bots get none that is a person's."""

from pathlib import Path

from openplatform import scopes


def test_every_scope_is_explained_in_both_languages():
    for name, scope in scopes.SCOPES.items():
        assert name == scope.name
        assert scope.english[0].isupper()
        assert any("一" <= letter <= "鿿" for letter in scope.chinese)
        assert scope.bot or scope.user


def test_a_bot_is_nobody_with_an_email_and_a_person_offers_no_commands():
    wanted = ["email", "messages:write", "commands:register", "nothing"]
    assert scopes.for_bot(wanted) == ["commands:register", "messages:write"]
    assert scopes.for_user(wanted) == ["email", "messages:write"]
    assert scopes.find_unknown(wanted) == ["nothing"]


def test_the_page_for_app_authors_lists_every_scope():
    page = (Path(__file__).parents[2] / "docs" / "apps.md").read_text()
    for scope in scopes.SCOPES.values():
        assert f"| `{scope.name}` | {scope.english} |" in page
