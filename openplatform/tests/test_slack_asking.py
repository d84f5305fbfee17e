"""Commands, presses and dialogs in Slack's words: what an app is asked, what its answers do, and over sockets too."""

import json
import threading
import uuid
from typing import Any
from urllib.parse import parse_qs

import pytest

from chat import card_actions, slash
from chat.card_actions import Asked
from chat.models import Entry
from openplatform import signing
from openplatform.dialects import block_kit, ids, posts
from openplatform.models import Interactivity, Modal, SlashCommand, Whisper
from openplatform.services import interactions, slack_asking, slack_links, slack_secrets, subscriptions, wires
from openplatform.slack.session import Answered, Session
from openplatform.tests.slack_stage import Workspace
from protocol import errors

ACTIONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"},
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Stop"}, "value": "2"},
            {
                "type": "static_select",
                "action_id": "größe 1",
                "options": [{"text": {"type": "plain_text", "text": "Large"}, "value": "l"}],
            },
        ],
    }
]
VIEW = {
    "type": "modal",
    "callback_id": "ask",
    "private_metadata": "ticket 7",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Tell* us"}},
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
    ],
}


class Asking(Workspace):
    """The workspace, its app asked at an address that is played here: ``asked`` and ``answer``."""

    def __init__(self, monkeypatch: Any) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []
        self.answer: tuple[int, str] = (200, "")
        self.where = Interactivity.objects.create(
            app=self.app, url="https://app.example/slack", signature="slack", secret=signing.seal("s")
        )
        SlashCommand.objects.create(app=self.app, name="deploy", help_en="Deploy")
        monkeypatch.setattr(wires, "post", self._post)

    def _post(self, row: Any, name: str, body: bytes, media_type: str = "") -> wires.Tried:
        assert media_type == "application/x-www-form-urlencoded"
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        self.asked.append(json.loads(form["payload"]) if "payload" in form else form)
        status, said = self.answer
        return wires.Tried(status, 1, "" if status == 200 else f"answered {status}", body=said.encode())

    def run(self, text: str = "/deploy prod now") -> slash.Answer:
        return slash.run(actor=self.bob, conversation=self.group, text=text, client_key=uuid.uuid4().hex, language="en")

    def press(self, ts: str, action: str, value: Any = None) -> card_actions.CardAnswer:
        seq = int(ts.partition(".")[2])
        return card_actions.press(
            actor=self.bob,
            conversation=self.group,
            seq=seq,
            client_key=uuid.uuid4().hex,
            asked=Asked(action, value),
        )

    def later(self, url: str, **said: Any) -> Any:
        path = "/slack/response/" + url.rpartition("/")[2]
        return self.client.post(path, json.dumps(said), content_type="application/json")

    def last(self) -> Entry:
        found = Entry.objects.filter(conversation=self.group, type="message.created").order_by("seq").last()
        assert found is not None
        return found


@pytest.fixture
def there(db: None, monkeypatch: Any) -> Asking:
    return Asking(monkeypatch)


def test_a_command_is_a_form_and_is_answered_by_text_or_json(there: Asking):
    there.answer = (200, "*on it*")
    assert there.run().text == "**on it**"
    [form] = there.asked
    assert (form["command"], form["text"], form["channel_id"]) == ("/deploy", "prod now", there.channel)
    assert (form["user_id"], form["api_app_id"]) == (ids.spell("U", there.bob.user), ids.spell("A", there.app.pk))
    there.answer = (200, json.dumps({"response_type": "in_channel", "text": "deployed"}))
    there.run()
    assert (there.last().body, there.last().sender_id) == ({"text": "deployed"}, there.bot)
    there.answer = (500, "")
    with pytest.raises(errors.Conflict):
        there.run()
    there.answer = (200, '{"blocks": "x"}')
    with pytest.raises(errors.Conflict):
        there.run()


def test_a_response_url_answers_later_five_times_and_tells_one_person_alone(there: Asking):
    there.run()
    url = there.asked[0]["response_url"]
    done = there.later(url, text="for you")
    assert (done.status_code, done.content) == (200, b"ok")
    assert Whisper.objects.get(user=there.bob.user).body == {"text": "for you"}
    assert there.later(url, text="for all", response_type="in_channel").status_code == 200
    assert there.last().body == {"text": "for all"}
    for status in (200, 200, 200, 404):
        assert there.later(url, text="again").status_code == status
    assert there.later("/slack/response/plyr_nonsense", text="x").json()["error"] == "expired_url"
    assert there.client.post("/slack/response/x", "{", content_type="application/json").status_code == 400


def test_a_press_tells_which_control_was_used_and_redraws_its_card(there: Asking):
    posted = there.call("chat.postMessage", channel=there.channel, text="Go?", blocks=ACTIONS)
    assert [each["action_id"] for each in posted["message"]["blocks"][-1]["elements"]] == ["go", "go", "größe 1"]
    names = [each["action"] for each in there.last().body["blocks"][0]["elements"]]
    there.press(posted["ts"], names[1])
    [told] = there.asked
    assert (told["type"], told["channel"]["id"], told["container"]["message_ts"]) == (
        "block_actions",
        there.channel,
        posted["ts"],
    )
    [pressed] = told["actions"]
    assert (pressed["action_id"], pressed["value"], pressed["type"]) == ("go", "2", "button")
    there.press(posted["ts"], names[2], "l")
    chosen = there.asked[1]["actions"][0]
    assert (chosen["action_id"], chosen["selected_option"]["value"]) == ("größe 1", "l")
    assert there.later(told["response_url"], text="done", replace_original=True).status_code == 200
    assert there.last().body["title"] == "done"
    assert there.later(told["response_url"], delete_original=True).status_code == 200
    assert there.last().recalled_at is not None


def test_a_view_is_opened_sent_refused_and_sent_again(there: Asking):
    there.run()
    trigger = there.asked[0]["trigger_id"]
    opened = there.call("views.open", trigger_id=trigger, view=VIEW)
    assert opened["view"]["callback_id"] == "ask"
    assert there.call("views.open", trigger_id=trigger, view=VIEW)["error"] == "expired_trigger_id"
    modal = Modal.objects.get()
    assert "ticket 7" not in json.dumps(interactions.modals.shown(modal))
    name = next(each["action"] for each in modal.body["blocks"] if each["type"] == "input")
    there.answer = (200, json.dumps({"response_action": "errors", "errors": {"reason": "Say more"}}))
    send = {"actor": there.bob, "modal": modal.pk, "values": {name: "because"}}
    assert interactions.submit(**send, client_key=uuid.uuid4().hex).errors == {name: "Say more"}
    told = there.asked[-1]
    assert told["type"] == "view_submission"
    assert told["view"]["private_metadata"] == "ticket 7"
    assert told["view"]["state"]["values"] == {"reason": {"text": {"type": "plain_text_input", "value": "because"}}}
    there.answer = (200, json.dumps({"response_action": "update", "view": {**VIEW, "callback_id": "second"}}))
    assert interactions.submit(**send, client_key=uuid.uuid4().hex).modal is not None
    update = there.call("views.update", view_id=opened["view"]["id"], view={**VIEW, "callback_id": "third"})
    assert update["view"]["callback_id"] == "third"
    assert there.call("views.update", there.outsider(), view_id=opened["view"]["id"], view=VIEW)["error"] == "not_found"
    there.answer = (200, "")
    interactions.submit(**send, client_key=uuid.uuid4().hex)
    assert Modal.objects.get().ended_at is not None
    assert there.call("views.open", trigger_id="x", view={"type": "home"})["error"] == "invalid_arguments"


def test_an_ephemeral_message_is_heard_by_one_member_alone(there: Asking):
    bob = ids.spell("U", there.bob.user)
    assert there.call("chat.postEphemeral", channel=there.channel, user=bob, text="psst")["ok"]
    assert Whisper.objects.get().user_id == there.bob.user
    stranger = ids.spell("U", there.company.charlie.pk)
    assert (
        there.call("chat.postEphemeral", channel=there.channel, user=stranger, text="x")["error"] == "invalid_arguments"
    )


def test_over_a_socket_the_acknowledgement_is_the_answer_and_nobody_is_no_answer(there: Asking):
    there.where.url = slack_asking.SOCKET
    there.where.save()
    link, session = slack_links.Link(there.app.pk, 1), Session(app=there.app.pk, connections=1, now=0.0, life=60)
    asked: list[Any] = []

    def client() -> None:
        seen = -1
        while not asked:
            seen, found = slack_links.take_asked(link, seen)
            asked.extend(found)
        frame = session.ask(asked[0])
        done = session.hear(json.dumps({"envelope_id": frame["envelope_id"], "payload": {"text": "sure"}}), 1.0)
        assert isinstance(done, Answered)
        slack_links.answer(link=link, number=done.number, said=done.said)

    thread = threading.Thread(target=client)
    thread.start()
    assert there.run().text == "sure"
    thread.join()
    assert (asked[0].kind, asked[0].payload["command"]) == ("slash_commands", "/deploy")
    assert slack_links.take_asked(link, -1)[1] == []  # answered: nobody is asked again
    assert slack_links.ask(app=there.app.pk, kind="interactive", payload={}, seconds=0.05) is None
    assert [each.kind for each in slack_links.take_asked(link, -1)[1]] == ["interactive"]
    assert slack_links.take_asked(link, -1)[1] == []  # claimed by one socket


def test_a_socket_that_looks_while_a_question_is_being_written_hears_it_next(there: Asking, monkeypatch):
    link, looked = slack_links.Link(there.app.pk, 1), []
    slack_links.ask(app=link.app, kind="interactive", payload={}, seconds=0)
    looked.append(slack_links.take_asked(link, -1)[0])
    write = slack_links.cache.set

    def looking(key: str, *rest: Any, **how: Any) -> Any:
        seen, found = slack_links.take_asked(link, looked[-1])
        assert not found
        looked.append(seen)
        return write(key, *rest, **how)

    monkeypatch.setattr(slack_links.cache, "set", looking)
    slack_links.ask(app=link.app, kind="slash_commands", payload={"command": "/deploy"}, seconds=0)
    monkeypatch.undo()
    seen, found = slack_links.take_asked(link, looked[-1])
    assert [each.kind for each in found] == ["slash_commands"]
    assert slack_links.take_asked(link, seen) == (seen, [])


def test_a_slack_app_has_one_signing_secret(there: Asking):
    row, secret = subscriptions.create(actor=there.company.owner, app=there.app.pk, signature="slack")
    assert secret == "s"
    assert slack_secrets.choose(app=there.app.pk, signature="standard") != "s"
    fresh = subscriptions.rotate(actor=there.company.owner, subscription=row.pk)
    there.where.refresh_from_db()
    assert signing.unseal(there.where.secret) == fresh


def test_controls_have_names_that_come_back(there: Asking):
    taken: dict[str, Any] = {}
    for given in ("go", "go", "a b", "größe", "hex.zz", ""):
        name = block_kit.name_of(given, taken)
        taken[name] = given
        assert block_kit.action_id_of(name) == (given or "action")
    with pytest.raises(block_kit.Unusable):
        block_kit.name_of("ü" * 200, {})
    hook = posts.read({"blocks": ACTIONS, "text": "x"}, lambda _: "", "Builds")
    assert hook.kind == "text"  # nobody answers for a hook
