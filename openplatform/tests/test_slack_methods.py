"""Slack's methods over our services: what they do, what they tell, and that an outsider is told nothing."""

import uuid
from typing import Any

import pytest

from chat.models import Entry, Membership
from chat.services import conversations
from groups.models import GroupProfile
from groups.services import governance
from openplatform.dialects import ids
from openplatform.slack import methods as registered
from openplatform.slack.door import METHODS
from openplatform.tests.slack_stage import ALL, Workspace


@pytest.fixture
def there(db: None) -> Workspace:
    return Workspace()


def last(there: Workspace) -> Entry:
    found = Entry.objects.filter(conversation=there.group, type="message.created").order_by("seq").last()
    assert found is not None
    return found


def test_a_message_is_posted_changed_and_taken_back(there: Workspace):
    posted = there.call("chat.postMessage", channel=there.channel, text=f"*Done* <@U{there.bob.user:010d}>")
    assert posted["ok"], posted
    assert last(there).body == {"text": "**Done** @Bob"}
    assert last(there).mentions == [there.bob.user]
    said = posted["message"]
    assert (said["text"], said["bot_id"], said["user"]) == (
        f"*Done* <@{ids.spell('U', there.bob.user)}>",
        ids.spell("B", there.bot),
        ids.spell("U", there.bot),
    )
    assert posted["ts"] == said["ts"]
    changed = there.call("chat.update", channel=there.channel, ts=posted["ts"], text="Better")
    assert (changed["ok"], changed["text"], changed["ts"]) == (True, "Better", posted["ts"])
    assert there.call("chat.delete", channel=there.channel, ts=posted["ts"]) == {
        "ok": True,
        "channel": there.channel,
        "ts": posted["ts"],
    }
    again = there.call("chat.update", channel=there.channel, ts=posted["ts"], text="Too late")
    assert again["error"] == "message_not_found"


def test_blocks_become_a_card_and_come_back_as_blocks(there: Workspace):
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Build 7"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*green*"}, "fields": [{"type": "mrkdwn", "text": "a"}]},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
    ]
    posted = there.call("chat.postMessage", channel=there.channel, text="fallback", blocks=blocks)
    assert last(there).kind == "card"
    kinds = [each["type"] for each in posted["message"]["blocks"]]
    assert kinds == ["header", "section", "section", "divider", "context"]
    assert posted["message"]["text"] == "fallback"
    words = there.call("chat.update", channel=there.channel, ts=posted["ts"], text="only words now")
    assert words["ok"]
    assert last(there).body == {"title": "Build 7", "text": "only words now"}
    assert there.call("chat.postMessage", channel=there.channel, blocks="nonsense")["error"] == "invalid_blocks"
    assert there.call("chat.postMessage", channel=there.channel)["error"] == "no_text"


def test_a_message_finds_its_place_by_id_by_name_and_by_person(there: Workspace):
    for place in ("#project-apollo", "project-apollo", there.channel):
        assert there.call("chat.postMessage", channel=place, text="x")["channel"] == there.channel
    direct = there.call("chat.postMessage", channel=ids.spell("U", there.bob.user), text="psst")
    assert direct["channel"].startswith("D")
    opened = there.call("conversations.open", users=ids.spell("U", there.bob.user))
    assert opened["channel"]["id"] == direct["channel"]
    assert opened["channel"]["user"] == ids.spell("U", there.bob.user)
    assert there.call("chat.postMessage", channel="#elsewhere", text="x")["error"] == "channel_not_found"


def test_the_same_client_msg_id_is_the_same_message(there: Workspace):
    key = str(uuid.uuid4())
    first, second = (
        there.call("chat.postMessage", channel=there.channel, text="once", client_msg_id=key) for _ in range(2)
    )
    assert first["ts"] == second["ts"]


def test_history_is_paged_newest_first_without_replies_and_between_two_times(there: Workspace):
    stamps = [there.say(f"number {each}") for each in range(7)]
    root = int(stamps[2].partition(".")[2])
    there.say("a reply", thread=root)
    seen: list[str] = []
    cursor = ""
    while True:
        page = there.call("conversations.history", channel=there.channel, limit=3, cursor=cursor)
        seen += [each["ts"] for each in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        assert bool(cursor) == page["has_more"]
        if not cursor:
            break
    assert seen == stamps[::-1]
    some = there.call("conversations.history", channel=there.channel, oldest=stamps[2], latest=stamps[5])
    assert [each["ts"] for each in some["messages"]] == stamps[4:2:-1]
    some = there.call("conversations.history", channel=there.channel, oldest=stamps[2], latest=stamps[5], inclusive=1)
    assert [each["ts"] for each in some["messages"]] == stamps[5:1:-1]
    one = there.call("conversations.history", channel=there.channel, latest=stamps[3], inclusive="true", limit=1)
    assert [each["text"] for each in one["messages"]] == ["number 3"]
    none = there.call("conversations.history", channel=there.channel, oldest="32503680000")
    assert none["messages"] == []


def test_a_thread_is_read_from_its_first_message(there: Workspace):
    root = there.say("root")
    posted = there.call("chat.postMessage", channel=there.channel, text="reply", thread_ts=root)
    assert posted["message"]["thread_ts"] == root
    for ts in (root, posted["ts"]):
        found = there.call("conversations.replies", channel=there.channel, ts=ts)
        assert [each["text"] for each in found["messages"]] == ["root", "reply"], ts
        assert found["messages"][0]["reply_count"] == 1
    wrong = there.call("chat.postMessage", channel=there.channel, text="x", thread_ts="1.000001")
    assert wrong["error"] == "thread_not_found"


def test_reactions_and_pins(there: Workspace):
    ts = there.say("look")
    at: dict[str, Any] = {"channel": there.channel, "timestamp": ts}
    assert there.call("reactions.add", name="thumbsup", **at)["ok"]
    assert last(there).reactions == {"👍": [there.bot]}
    assert there.call("reactions.add", name="+1", **at)["error"] == "already_reacted"
    found = there.call("reactions.get", **at)["message"]["reactions"]
    assert found == [{"name": "+1", "users": [ids.spell("U", there.bot)], "count": 1}]
    assert there.call("reactions.remove", name="+1", **at)["ok"]
    assert there.call("reactions.remove", name="+1", **at)["error"] == "no_reaction"
    assert there.call("reactions.add", name="no such thing", **at)["error"] == "invalid_name"
    assert there.call("pins.add", **at)["ok"]
    assert there.call("pins.add", **at)["error"] == "already_pinned"
    assert [each["message"]["text"] for each in there.call("pins.list", channel=there.channel)["items"]] == ["look"]
    assert there.call("pins.remove", **at)["ok"]


def test_conversations_are_listed_described_and_changed(there: Workspace):
    open_group = conversations.create_group(actor=there.company.owner, title="Open house", members=[there.bot]).pk
    governance.change(
        actor=there.company.owner,
        conversation=open_group,
        wish=governance.Wish(join_policy=GroupProfile.JoinPolicy.OPEN),
    )
    there.call("conversations.open", users=ids.spell("U", there.bob.user))
    listed = there.call("conversations.list", limit=1)
    more = there.call("conversations.list", cursor=listed["response_metadata"]["next_cursor"])
    assert [each["name"] for each in listed["channels"] + more["channels"]] == ["project-apollo", "open-house"]
    assert more["response_metadata"]["next_cursor"] == ""
    kinds = {"public_channel": ["open-house"], "private_channel": ["project-apollo"]}
    for kind, names in kinds.items():
        assert [each["name"] for each in there.call("conversations.list", types=kind)["channels"]] == names
    assert [each["is_im"] for each in there.call("users.conversations", types="im")["channels"]] == [True]
    info = there.call("conversations.info", channel=there.channel)["channel"]
    assert (info["id"], info["num_members"], info["is_private"]) == (there.channel, 3, True)
    members = there.call("conversations.members", channel=there.channel, limit=2)
    assert len(members["members"]) == 2
    rest = there.call(
        "conversations.members", channel=there.channel, cursor=members["response_metadata"]["next_cursor"]
    )
    assert {*members["members"], *rest["members"]} == {
        ids.spell("U", each) for each in (there.company.alice.pk, there.bob.user, there.bot)
    }


def test_a_bot_makes_a_group_fills_it_and_leaves_it_to_others(there: Workspace):
    made = there.call("conversations.create", name="Launch", is_private="true")["channel"]
    bob = ids.spell("U", there.bob.user)
    assert there.call("conversations.invite", channel=made["id"], users=bob)["channel"]["num_members"] == 2
    assert there.call("conversations.setTopic", channel=made["id"], topic="Friday")["topic"] == "Friday"
    assert there.call("conversations.rename", channel=made["id"], name="Launch 2")["channel"]["name"] == "launch-2"
    assert there.call("conversations.kick", channel=made["id"], user=bob)["ok"]
    assert there.call("conversations.leave", channel=made["id"])["ok"]
    ts = there.say("read me")
    assert there.call("conversations.mark", channel=there.channel, ts=ts)["ok"]
    assert Membership.objects.get(conversation=there.group, user=there.bot).read_number == last(there).number
    assert there.call("conversations.leave", channel=there.channel)["ok"]
    assert there.call("conversations.info", channel=there.channel)["error"] == "channel_not_found"


def test_people_and_bots_are_told_as_everybody_may_see_them(there: Workspace):
    there.company.charlie.email = "charlie@example.com"
    there.company.charlie.save()
    charlie = ids.spell("U", there.company.charlie.pk)
    info = there.call("users.info", user=charlie)["user"]
    assert (info["name"], info["is_bot"], info["profile"].get("email")) == ("charlie", False, None)
    assert there.call("users.lookupByEmail", email="Charlie@example.com")["user"]["id"] == charlie
    assert there.call("users.lookupByEmail", email="nobody@example.com")["error"] == "users_not_found"
    first = there.call("users.list", limit=2)
    second = there.call("users.list", cursor=first["response_metadata"]["next_cursor"])
    names = [each["name"] for each in first["members"] + second["members"]]
    assert names == sorted(names)
    assert {"alice", "bob", "charlie"} <= set(names)
    bot = there.call("bots.info", bot=ids.spell("B", there.bot))["bot"]
    assert (bot["user_id"], bot["app_id"]) == (ids.spell("U", there.bot), ids.spell("A", there.app.pk))
    assert there.call("bots.info", bot=ids.spell("B", there.bob.user))["error"] == "bot_not_found"
    assert there.call("users.info", user="U1")["error"] == "user_not_found"
    assert there.call("users.getPresence", user=charlie)["presence"] == "away"


#: Methods that name a conversation, with what else they need: an outsider gets the same answer as for one that is not there.
OF_A_CHANNEL: dict[str, dict[str, Any]] = {
    "chat.postMessage": {"text": "let me in"},
    "chat.meMessage": {"text": "let me in"},
    "chat.update": {"text": "x", "ts": "TS"},
    "chat.delete": {"ts": "TS"},
    "chat.getPermalink": {"message_ts": "TS"},
    "chat.scheduleMessage": {"text": "let me in", "post_at": "4000000000"},
    "chat.deleteScheduledMessage": {"scheduled_message_id": "Q0000000001"},
    "chat.postEphemeral": {"text": "psst", "user": "U0000000001"},
    "conversations.info": {},
    "conversations.history": {},
    "conversations.replies": {"ts": "TS"},
    "conversations.members": {},
    "conversations.open": {},
    "conversations.join": {},
    "conversations.invite": {"users": "U0000000001"},
    "conversations.kick": {"user": "U0000000001"},
    "conversations.leave": {},
    "conversations.close": {},
    "conversations.rename": {"name": "mine"},
    "conversations.setTopic": {"topic": "mine"},
    "conversations.setPurpose": {"purpose": "mine"},
    "conversations.mark": {"ts": "TS"},
    "reactions.add": {"name": "eyes", "timestamp": "TS"},
    "reactions.remove": {"name": "eyes", "timestamp": "TS"},
    "reactions.get": {"timestamp": "TS"},
    "pins.add": {"timestamp": "TS"},
    "pins.remove": {"timestamp": "TS"},
    "pins.list": {},
    "files.list": {},
}
#: Methods that are about the caller, the company or one person, and how each is tried elsewhere.
OF_NO_CHANNEL = {
    *("api.test", "auth.test", "auth.revoke", "auth.teams.list", "team.info", "bots.info", "migration.exchange"),
    *("users.info", "users.list", "users.lookupByEmail", "users.profile.get", "users.getPresence", "emoji.list"),
    *("conversations.list", "users.conversations", "conversations.create"),
    *("chat.scheduledMessages.list", "search.messages"),
    *("oauth.v2.access", "apps.connections.open", "views.open", "views.push", "views.update"),
    *("files.getUploadURLExternal", "files.completeUploadExternal", "files.info", "files.delete"),
}


def test_an_outsider_is_told_nothing_and_changes_nothing(there: Workspace):
    ts = there.say("secret")
    spy, head = there.outsider(), Entry.objects.filter(conversation=there.group).count()
    for name, more in OF_A_CHANNEL.items():
        told = {key: ts if value == "TS" else value for key, value in more.items()}
        for channel in (there.channel, "C0000099999", "nonsense"):
            found = there.call(name, spy, channel=channel, **told)
            assert (found["ok"], found["error"]) == (False, "channel_not_found"), (name, channel, found)
    assert there.call("conversations.list", spy)["channels"] == []
    assert there.call("users.conversations", spy, user=ids.spell("U", there.bob.user))["error"] == "user_not_found"
    assert Entry.objects.filter(conversation=there.group).count() == head


def test_every_method_is_tried_by_an_outsider_or_is_about_nobodys_conversation():
    assert registered
    assert OF_A_CHANNEL.keys() | OF_NO_CHANNEL == METHODS.keys()
    assert not OF_A_CHANNEL.keys() & OF_NO_CHANNEL


def test_without_its_scope_a_method_is_refused(there: Workspace):
    scoped = {name: each.scope for name, each in METHODS.items() if each.scope}
    assert len(scoped) > 30
    for scope in set(scoped.values()):
        token = there.outsider(set(ALL) - {scope})
        for name in (name for name, each in scoped.items() if each == scope):
            found = there.call(name, token, channel=there.channel)
            assert (found["ok"], found["error"]) == (False, "missing_scope"), (name, found)
            assert found["needed"]
