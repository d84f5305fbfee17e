"""GET /me: who the token or session belongs to."""

from accounts import selectors
from chat.services import conversations
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import Me
from protocol import limits

LIMITS = {
    "text_chars": limits.MAX_TEXT_CHARS,
    "body_bytes": limits.MAX_BODY_BYTES,
    "mentions": limits.MAX_MENTIONS,
    "page": limits.MAX_PAGE,
    "gap": limits.MAX_GAP,
    "people": limits.MAX_PEOPLE,
}


class MeView(Door):
    """The actor as a resource."""

    @operation("me.get", answer=Me)
    def get(self) -> Me:
        """Who you are here.

        The first call of a client: it says whether the token is good and which conversation is your personal one.
        """
        user = selectors.get_user(self.actor.user)
        return Me(
            person=selectors.person_of(user),
            device=self.actor.device,
            personal=conversations.personal_of(user.pk).pk,
            locale=user.locale,
            limits=LIMITS,
            staff=self.actor.staff,
        )
