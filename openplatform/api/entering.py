"""Coming into a group by oneself: joining, requests and their answers, invite links."""

from chat.rendering import milliseconds
from groups import selectors
from groups.models import InviteLink
from groups.services import entering
from openplatform.api.door import Door
from openplatform.api.group_shapes import (
    AfterQuery,
    JoinBody,
    Joined,
    LinkBody,
    LinkMade,
    LinkPage,
    LinkRow,
    RequestAnswer,
    RequestPage,
    RequestRow,
    UseLink,
)
from openplatform.api.operation import operation


class JoinView(Door):
    """Joining."""

    @operation("groups.join", scope="members:write", body=JoinBody, answer=Joined, key="kept", fails=(409,))
    def post(self, *, conversation: int, body: JoinBody) -> Joined:
        """Come into an open group, or ask to come into one where somebody decides."""
        state = entering.join(actor=self.actor, conversation=conversation, text=body.text)
        return Joined(state=state, conversation=conversation)


class RequestsView(Door):
    """Who waits."""

    @operation("requests.list", scope="members:write", query=AfterQuery, answer=RequestPage, fails=(404,))
    def get(self, *, conversation: int, query: AfterQuery) -> RequestPage:
        """Requests that wait for an answer."""
        found = selectors.list_requests(self.actor.user, conversation, query.after, query.limit)
        rows = [RequestRow(id=each.pk, user=each.user_id, at=milliseconds(each.at), text=each.text) for each in found]
        return RequestPage(requests=rows)


class RequestView(Door):
    """One request."""

    @operation("requests.answer", scope="members:write", body=RequestAnswer, key="kept", fails=(404,))
    def post(self, *, conversation: int, asked: int, body: RequestAnswer) -> None:
        """Let somebody in, or not."""
        entering.answer(actor=self.actor, conversation=conversation, request=asked, approve=body.approve)


class LinksView(Door):
    """The group's links."""

    @operation("links.list", scope="members:write", query=AfterQuery, answer=LinkPage, fails=(404,))
    def get(self, *, conversation: int, query: AfterQuery) -> LinkPage:
        """Links into the group, without their secrets."""
        found = selectors.list_links(self.actor.user, conversation, query.after, query.limit)
        return LinkPage(links=[_row(each) for each in found])

    # The answer holds a secret: it is not kept under a key.
    @operation("links.create", scope="members:write", body=LinkBody, answer=LinkMade, status=201, fails=(409,))
    def post(self, *, conversation: int, body: LinkBody) -> LinkMade:
        """Make a link; its secret is shown this once."""
        link, token = entering.make_link(
            actor=self.actor, conversation=conversation, expires_at=body.expires_at, max_uses=body.max_uses
        )
        return LinkMade(link=_row(link), token=token)


class LinkView(Door):
    """One link."""

    @operation("links.revoke", scope="members:write", fails=(404,))
    def delete(self, *, conversation: int, link: int) -> None:
        """Let nobody in by it any more."""
        entering.revoke_link(actor=self.actor, conversation=conversation, link=link)


class UseLinkView(Door):
    """Coming in by a link."""

    @operation("links.use", scope="members:write", body=UseLink, answer=Joined, fails=(404, 409))
    def post(self, *, body: UseLink) -> Joined:
        """Come into the group that a link leads to."""
        return Joined(state=entering.MEMBER, conversation=entering.use_link(actor=self.actor, token=body.token))


def _row(link: InviteLink) -> LinkRow:
    return LinkRow(
        id=link.pk,
        hint=link.hint,
        by=link.by,
        at=milliseconds(link.at),
        expires_at=milliseconds(link.expires_at),
        max_uses=link.max_uses,
        uses=link.uses,
        revoked_at=milliseconds(link.revoked_at),
    )
