"""What other products write, as our messages: mrkdwn both ways, ids and ts, colours, attachments and blocks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import kinds
from openplatform.dialects import blocks, colors, emoji, ids, mrkdwn, posts, scope_names, slack_shapes
from openplatform.scopes import SCOPES
from protocol import errors
from protocol.conversation_events import MessageCreated
from protocol.replies import Person

NAMES = {7: "Bob", 8: "李雷"}


def name(user: int) -> str:
    return NAMES.get(user, "")


def read(payload: dict) -> posts.Post:
    return posts.read(payload, name, "Builds")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("*bold* and ~gone~ and _slanted_", "**bold** and ~~gone~~ and _slanted_"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("see <https://example.com/a?b=1&amp;c=2|the page>", "see [the page](https://example.com/a?b=1&c=2)"),
        ("<https://example.com>", "https://example.com"),
        ("`*not bold*` but *bold*", "`*not bold*` but **bold**"),
        ("```*code* <@U0000000007> &lt;b&gt;```", "```*code* <@U0000000007> <b>```"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<#C0000000001|general> and <!subteam^S1|crew>", "#general and crew"),
        ("<javascript:alert(1)|x>", "<javascript:alert(1)|x>"),
        ("构建*失败*了 *失败* 了", "构建*失败*了 **失败** 了"),
    ],
)
def test_mrkdwn_becomes_markdown(said: str, meant: str):
    assert mrkdwn.to_markdown(said, name).text == meant


def test_mentions_are_names_in_the_text_and_users_beside_it():
    said = mrkdwn.to_markdown("<@U0000000007> and <@U0000000099|ghost>, <!here>", name)
    assert (said.text, said.mentions, said.mentions_all) == ("@Bob and @ghost, @all", (7,), True)
    assert mrkdwn.users_in("<@U0000000007> <@W0000000008|x> <@U0000000007> <@nobody>") == [7, 8]


@given(st.text(alphabet="ab 失<>&;~\n", max_size=60))
def test_plain_text_comes_back_as_it_was(text: str):
    """Nothing of a text without marks is lost on the way out and in again, and none of it becomes a mention."""
    back = mrkdwn.to_markdown(mrkdwn.from_markdown(text), name)
    assert "~" in text or back.text == text
    assert not back.mentions
    assert not back.mentions_all


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("**bold** [page](https://a.example/x) ~~no~~", "*bold* <https://a.example/x|page> ~no~"), ("a < b", "a &lt; b")],
)
def test_markdown_becomes_mrkdwn(ours: str, theirs: str):
    assert mrkdwn.from_markdown(ours) == theirs
    assert mrkdwn.to_markdown(theirs, name).text == ours


def test_ids_and_ts_are_read_as_they_are_spelt():
    assert ids.spell("U", 42) == "U0000000042"
    assert ids.parse("U0000000042", "UW") == 42
    assert ids.parse("C0000000042", "UW") == 0
    assert ids.parse("U42", "U") == 0
    assert ids.ts_of(17, 1_700_000_000_999) == "1700000000.000017"
    assert ids.parse_ts("1700000000.000017") == (1_700_000_000, 17)
    assert ids.parse_ts("17") is None


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("good", "green"), ("warning", "orange"), ("danger", "red"), ("#ff0000", "red"), ("#3AA3E3", "blue"),
        ("36a64f", "green"), ("#fff", "grey"), ("#888888", "grey"), ("#f0f", "purple"), ("#ffcc00", "yellow"),
        ("", ""), ("nonsense", ""),
    ],
)  # fmt: skip
def test_a_colour_is_the_nearest_of_ours(given: str, nearest: str):
    assert colors.nearest(given) == nearest


def test_text_alone_is_a_text_message():
    post = read({"text": "*Done* <@U0000000007>", "username": "CI", "icon_emoji": ":robot:"})
    assert (post.kind, post.body, post.mentions) == ("text", {"text": "**Done** @Bob"}, (7,))
    assert (post.username, post.icon) == ("CI", ":robot:")


def test_a_legacy_attachment_is_a_card_with_everything_in_it():
    post = read(
        {
            "attachments": [
                {
                    "color": "danger",
                    "fallback": "Build 7 failed",
                    "pretext": "On main",
                    "author_name": "Bob",
                    "title": "Build 7",
                    "title_link": "https://ci.example/7",
                    "text": "*3* tests failed",
                    "fields": [{"title": "Branch", "value": "main", "short": True}, {"title": "Took", "value": 12}],
                    "image_url": "https://ci.example/7.png",
                    "actions": [
                        {"type": "button", "text": "Log", "url": "https://ci.example/7/log", "style": "primary"},
                        {"type": "button", "text": "Again", "name": "again", "value": "7"},
                    ],
                    "footer": "ci.example",
                }
            ]
        }
    )
    assert post.kind == "card"
    assert post.body == {
        "title": "Build 7",
        "color": "red",
        "fallback": "Build 7 failed",
        "blocks": [
            {"type": "text", "text": "On main"},
            {"type": "note", "text": "Bob"},
            {"type": "text", "text": "**[Build 7](https://ci.example/7)**"},
            {"type": "text", "text": "**3** tests failed"},
            {
                "type": "fields",
                "fields": [
                    {"label": "Branch", "text": "main", "short": True},
                    {"label": "Took", "text": "12", "short": True},
                ],
            },
            {"type": "text", "text": "[Build 7](https://ci.example/7.png)"},
            {
                "type": "actions",
                "elements": [{"type": "button", "text": "Log", "url": "https://ci.example/7/log", "style": "primary"}],
            },
            {"type": "note", "text": "ci.example"},
        ],
    }
    assert kinds.get("card").validate(post.body)["title"] == "Build 7"


def test_blocks_are_a_card_and_the_text_its_fallback():
    post = read(
        {
            "text": "Deploy <@U0000000008>",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Deploy *7*"}},
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": "By <@U0000000008>"},
                    "fields": [{"type": "mrkdwn", "text": "*eu*"}],
                },
                {"type": "divider"},
                {"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}, {"type": "image", "image_url": "x"}]},
                {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "Plot"},
                {"type": "something_new"},
            ],
        }
    )
    assert post.body == {
        "title": "Deploy *7*",
        "fallback": "Deploy @李雷",
        "blocks": [
            {"type": "text", "text": "By @李雷"},
            {"type": "fields", "fields": [{"label": "", "text": "**eu**", "short": True}]},
            {"type": "divider"},
            {"type": "note", "text": "a"},
            {"type": "text", "text": "[Plot](https://a.example/x.png)"},
        ],
    }
    assert post.mentions == (8,)


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": None, "attachments": []}, "no_text"),
        ({"blocks": [{"type": "something_new"}]}, "no_text"),
        ({"text": "x", "blocks": "x"}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"attachments": ["x"]}, "invalid_payload"),
    ],
)
def test_what_cannot_be_read_is_refused_with_slacks_word(payload: dict, word: str):
    with pytest.raises(posts.Unreadable, match=f"^{word}$"):
        read(payload)


_LEAF = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["section", "mrkdwn", "#fff"])
)
_NAMES = st.sampled_from(["type", "text", "title", "fields", "value", "elements", "url", "pretext", "color", "blocks"])
_FLAT = st.dictionaries(_NAMES, _LEAF, max_size=4)
_NESTED = st.dictionaries(_NAMES, _LEAF | _FLAT | st.lists(_LEAF | _FLAT, max_size=3), max_size=4)
_MANY = st.lists(_NESTED, max_size=3)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["text", "username", "icon_emoji"]), _LEAF | _FLAT, max_size=3), _MANY, _MANY)
def test_whatever_is_posted_is_refused_or_becomes_a_message_that_can_be_stored(payload, blocks, attachments):
    try:
        post = read({**payload, "blocks": blocks, "attachments": attachments})
    except posts.Unreadable:
        return
    try:
        kinds.get(post.kind).validate(post.body)
        path = ""
    except errors.BadRequest as problem:
        path = problem.details["path"]
    # Blank after tidying, or larger than a body may be: nothing else is wrong with it.
    assert path in ("", "body.text", "body.title", "body")


def test_reactions_have_slacks_names_and_unicodes_own_beyond_them():
    for name in ("+1", "white_check_mark", "tada", "eyes", "tractor", "trolleybus"):
        assert emoji.name_of(emoji.emoji_of(name)) == name
    assert emoji.emoji_of(":thumbsup::skin-tone-3:") == emoji.emoji_of("👍") == "👍"
    assert [emoji.emoji_of(each) for each in ("", "no_such_thing", "latin_small_letter_a", "a b")] == [""] * 4
    assert emoji.name_of("❤") == emoji.name_of("❤️") == "heart"


def test_scopes_are_translated_both_ways_and_what_means_nothing_is_told():
    ours, nothing = scope_names.from_slack(["chat:write", "channels:history", "commands", "admin", " "])
    assert (ours, nothing) == (["commands:register", "events:read", "messages:read", "messages:write"], ["admin"])
    assert scope_names.THEIRS.keys() == SCOPES.keys() - {"personal:read", "personal:write", "socket:connect"}
    for name in scope_names.THEIRS:
        back, unknown = scope_names.from_slack(scope_names.to_slack([name]))
        assert not unknown
        assert name in back or not scope_names.to_slack([name])


def test_a_card_as_blocks_becomes_the_same_card_again():
    blocks_given = [
        {"type": "header", "text": {"type": "plain_text", "text": "Build"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*ok* &amp; <https://a.example/x|page>"}},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "one"}, {"type": "mrkdwn", "text": "two"}]},
    ]
    card = read({"text": "fallback", "blocks": blocks_given}).body
    assert read({"text": "fallback", "blocks": blocks.of_card(card)}).body == card


def test_controls_are_shown_as_block_kit_has_them():
    option = {"text": "Red", "value": "r"}
    controls = [
        {"type": "button", "text": "Go", "action": "go", "value": "1", "style": "primary"},
        {"type": "select", "action": "one", "options": [option], "value": "r"},
        {"type": "multi_select", "action": "many", "options": [option], "value": ["r"]},
        {"type": "date", "action": "day", "value": "2026-11-28"},
        {"type": "input", "action": "why", "placeholder": "Because"},
    ]
    made = blocks.of_card({"title": "T", "blocks": [{"type": "actions", "elements": controls}]})[1]["elements"]
    kinds = ["button", "static_select", "multi_static_select", "datepicker", "plain_text_input"]
    assert [each["type"] for each in made] == kinds
    assert [each["action_id"] for each in made] == ["go", "one", "many", "day", "why"]
    assert made[1]["initial_option"] == made[2]["initial_options"][0]
    form = {"type": "form", "action": "ask", "submit": {"text": "Send"}, "elements": controls[4:]}
    shown = blocks.of_card({"title": "T", "blocks": [form]})[1]
    assert (shown["type"], shown["element"]["action_id"]) == ("input", "why")


def test_names_in_a_message_become_users_the_longest_first():
    people = {each: Person(id=each, username=f"u{each}", name=name) for each, name in ((1, "Bo"), (2, "Bo & Co"))}
    event = MessageCreated(
        conversation=3, seq=4, at=5_000, sender=1, number=1, kind="text", body={"text": "@Bo & Co @Bo @Boris @all"},
        mentions=[1, 2], mentions_all=True,
    )  # fmt: skip
    said = slack_shapes.message(event, slack_shapes.Known(people))
    assert said["text"] == "<@U0000000002> <@U0000000001> @Boris <!channel>"
    assert "bot_id" not in said
    assert slack_shapes.channel_name(" Project  Apollo #2 ") == "project-apollo-2"
