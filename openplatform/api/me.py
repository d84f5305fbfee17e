"""GET and PATCH /me: who the token or session belongs to, and what people may change of that."""

from msgspec import UNSET
from msgspec.structs import asdict

from accounts import selectors
from accounts.services import profile
from chat.services import conversations
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.people_shapes import MeChange
from openplatform.api.shapes import Me
from protocol import errors, limits

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

    @operation("me.get", scope="", answer=Me)
    def get(self) -> Me:
        """Who you are here.

        The first call of a client: it says whether the token is good and which conversation is your personal one.
        """
        return self._me()

    @operation("me.change", scope=None, body=MeChange, answer=Me)
    def patch(self, *, body: MeChange) -> Me:
        """Change your name, title or language, as far as your company leaves them to you."""
        changes = {name: value for name, value in asdict(body).items() if value is not UNSET}
        if not changes:
            raise errors.BadRequest("Say what shall be different.")
        profile.update(actor=self.actor, changes=changes)
        return self._me()

    def _me(self) -> Me:
        user = selectors.get_user(self.actor.user)
        return Me(
            person=selectors.person_of(user),
            device=self.actor.device,
            personal=conversations.personal_of(user.pk).pk,
            locale=user.locale,
            limits=LIMITS,
            staff=self.actor.staff,
        )
