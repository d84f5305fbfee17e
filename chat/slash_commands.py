"""The commands of a conversation: /help /invite /leave /me /msg /poll /rename /shrug /topic. Each calls one service.

Rights are the services'; parsing of the line's first word is ``chat.slash``'s.
"""

import re

from accounts.selectors import get_people
from chat import selectors
from chat.search.names import find_people
from chat.services import conversations, messages, polls
from chat.slash import Answer, Call, command, list_commands, list_own
from protocol import errors

#: Parts of a line: in quotes of either sort, or without space.
_PARTS = re.compile(r'"([^"]*)"|“([^”]*)”|(\S+)')
_BETWEEN = re.compile(r"[\s,，、]+")


@command("help", help_en="List the commands.", help_zh="列出所有命令。")
def show_help(call: Call) -> Answer:
    """Every command with one line each."""
    english = [f"/{each.name} {each.usage}".strip() + f" – {each.help_en}" for each in list_commands(call.actor)]
    chinese = [f"/{each.name} {each.usage}".strip() + f" – {each.help_zh}" for each in list_commands(call.actor)]
    return call.say("\n".join(english), "\n".join(chinese))


@command("me", usage="<what you do>", help_en="Say what you are doing.", help_zh="描述自己的动作。")
def act(call: Call) -> Answer:
    """``/me waves`` is said in italics."""
    return _say(call, call.conversation, f"_{_required(call)}_")


@command("shrug", usage="[text]", help_en="Add a shrug to what you say.", help_zh="在消息后加上耸肩。")
def shrug(call: Call) -> Answer:
    """The text, then the shrug."""
    return _say(call, call.conversation, f"{call.rest} ¯\\_(ツ)_/¯".strip())


@command("msg", usage="@person <text>", help_en="Write to somebody directly.", help_zh="给某人发私信。")
def write_directly(call: Call) -> Answer:
    """Opens the direct conversation and says it there."""
    name, _, text = _required(call).partition(" ")
    person = _people(call, [name])[0]
    if not text.strip():
        raise _usage(call)
    there = conversations.open_direct(actor=call.actor, user=person)
    return _say(call, there.pk, text.strip())


@command("invite", usage="@person …", help_en="Add people to this group.", help_zh="邀请成员加入群组。")
def invite(call: Call) -> Answer:
    """Adds those who are not in yet."""
    named = _people(call, [each for each in _BETWEEN.split(_required(call)) if each])
    came = conversations.add_members(actor=call.actor, conversation=call.conversation, users=named)
    if not came:
        return call.say("They are in this group already.", "他们已经在群里了。")
    people = ", ".join(each.name for each in get_people(came))
    return call.say(f"Added: {people}", f"已添加：{people}")


@command("topic", usage="[text]", help_en="Show or set what this group is about.", help_zh="查看或设置群组简介。")
def topic(call: Call) -> Answer:
    """Without text: what it is now."""
    if not call.rest:
        now = selectors.get_state(call.actor.user, call.conversation).description
        return call.say(now or "No topic is set.", now or "尚未设置简介。")
    conversations.update(actor=call.actor, conversation=call.conversation, description=call.rest)
    return call.say("The topic is set.", "简介已更新。")


@command(
    "poll",
    usage='"Question" "Answer" "Answer" …',
    help_en="Ask everybody here to choose.",
    help_zh="发起投票。",
)
def ask(call: Call) -> Answer:
    """A card with a button for each answer."""
    question, *options = ["".join(parts) for parts in _PARTS.findall(_required(call))]
    if len(options) < 2:
        raise _usage(call)
    asked = polls.create(
        actor=call.actor,
        conversation=call.conversation,
        client_key=call.client_key,
        question=question,
        options=options,
    )
    return Answer(conversation=call.conversation, seq=asked.seq)


@command("rename", usage="<title>", help_en="Give this group another name.", help_zh="修改群组名称。")
def rename(call: Call) -> Answer:
    """The group's new title."""
    conversations.update(actor=call.actor, conversation=call.conversation, title=_required(call))
    return call.say("The group is renamed.", "群组名称已修改。")


@command("leave", help_en="Leave this group.", help_zh="退出群组。")
def leave(call: Call) -> Answer:
    """The caller goes."""
    conversations.leave(actor=call.actor, conversation=call.conversation)
    return call.say("You left the group.", "你已退出群组。")


def _say(call: Call, conversation: int, text: str) -> Answer:
    sent = messages.send(actor=call.actor, conversation=conversation, client_key=call.client_key, body={"text": text})
    return Answer(conversation=conversation, seq=sent.seq)


def _required(call: Call) -> str:
    if not call.rest:
        raise _usage(call)
    return call.rest


def _usage(call: Call) -> errors.BadRequest:
    usage = next(each.usage for each in list_own() if each.name == call.name)
    return errors.BadRequest(f"Write /{call.name} {usage}", details={"path": "text", "command": call.name})


def _people(call: Call, typed: list[str]) -> list[int]:
    """The people named, each exactly one. Raises BadRequest naming who is not, or is several."""
    names = [each.removeprefix("@") for each in typed]
    known = find_people(call.actor.user, names)
    for name in names:
        found = known.get(name, [])
        if len(found) != 1:
            why = "Several people are called" if found else "Nobody is called"
            raise errors.BadRequest(f"{why} {name[:80]!r}.", details={"path": "text", "name": name[:80]})
    return list(dict.fromkeys(known[name][0] for name in names))
