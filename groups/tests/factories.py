"""A governed group with all there is to press, and Olga, who is no staff and bears an operators' role."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import person, sign_in
from audit.models import AuditRecord
from chat.models import Conversation, Membership
from chat.participation import Ban
from chat.services import conversations
from chat.tests.factories import Scene, scene
from groups.models import InviteLink, JoinRequest
from groups.services import bans, entering, governance, roles
from groups.services.governance import Wish

LIST = "/admin/groups/governedgroup/"


def page_of(group: int) -> str:
    return f"{LIST}{group}/change/"


def press_of(group: int) -> str:
    return f"{LIST}{group}/press/"


def enter(role: str = "", **fields) -> tuple[User, Client]:
    """Olga, who is no staff and bears ``role``."""
    user, client = person("olga", **fields), Client()
    if role:
        user.groups.add(Group.objects.get(name=role))
    sign_in(client, user)
    return user, client


def governed() -> Scene:
    """A group with all there is to press: a link, a request of Charlie's, Dora banned, Bob muted, an own role."""
    it = scene()
    governance.change(
        actor=it.alice, conversation=it.id, wish=Wish(join_policy="approval", permissions={"pin": "owner"})
    )
    roles.put(actor=it.alice, conversation=it.id, name="Host", allow=["invite"], deny=["pin"])
    entering.join(actor=it.charlie, conversation=it.id, text="Let me in, please")
    entering.make_link(actor=it.alice, conversation=it.id, max_uses=3)
    bans.ban(actor=it.alice, conversation=it.id, user=person("dora").pk, reason="spam")
    until = int((timezone.now() + timedelta(days=1)).timestamp()) * 1000
    conversations.mute_member(actor=it.alice, conversation=it.id, user=it.bob.user, until=until)
    return it


def everything_of(group: int) -> dict:
    """All that a button could change."""
    return {
        "group": Conversation.objects.filter(pk=group)
        .values("archived_at", "quiet_until", "member_count", "last_seq")
        .get(),
        "seats": list(
            Membership.objects.filter(conversation=group).order_by("user").values("user", "role", "muted_until")
        ),
        "bans": list(Ban.objects.filter(conversation=group).values("user")),
        "links": list(InviteLink.objects.filter(conversation=group).values("revoked_at")),
        "requests": list(JoinRequest.objects.filter(conversation=group).values("state")),
        "audited": AuditRecord.objects.count(),
    }


def fields_for(it: Scene, button: str, **changes) -> dict:
    """What the page's own form sends with ``button``."""
    user = User.objects.get(username="dora").pk if button == "lift" else it.bob.user
    return {
        "button": button,
        "user": user,
        "span": 3600,
        "role": "admin",
        "reason": "spam",
        "link": InviteLink.objects.get().pk,
        "request": JoinRequest.objects.get().pk,
    } | changes


def said(client: Client, address: str, fields: dict) -> str:
    """Press, and what the page then says."""
    answer = client.post(address, fields, follow=True)
    assert answer.status_code == 200, answer.content
    return " ".join(str(each) for each in answer.context["messages"])
