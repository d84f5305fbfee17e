"""Installing an approved app: what it asks for, the consent, its bot's tokens, and the end of it."""

from openplatform import scopes, selectors
from openplatform.api.app_shapes import (
    AppRow,
    Consent,
    Installed,
    NewBotToken,
    ScopeList,
    ScopeRow,
    SecretShown,
)
from openplatform.api.apps import row
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.services import installations


class ScopesView(Door):
    """Every permission there is."""

    @operation("scopes.list", scope="", answer=ScopeList)
    def get(self) -> ScopeList:
        """The scopes with the sentences that people read."""
        return ScopeList(scopes=[_scope(each) for each in scopes.SCOPES.values()])


class ConsentView(Door):
    """What whoever installs it reads."""

    @operation("installations.preview", scope=None, answer=ScopeList, fails=(404,))
    def get(self, *, app: int) -> ScopeList:
        """What its bot asks for, and which of it is given already."""
        found = selectors.get_app(self.actor, app)
        installed = found.installations.filter(ended_at__isnull=True).first()
        given = frozenset(installed.scopes if installed else ())
        return ScopeList(scopes=[_scope(scopes.SCOPES[each], given) for each in scopes.for_bot(found.scopes)])


class InstallationView(Door):
    """The app at work."""

    @operation("installations.create", scope=None, body=Consent, answer=Installed, status=201, fails=(404, 409))
    def post(self, *, app: int, body: Consent) -> Installed:
        """Install it with the scopes that you agree to. Its bot's token is shown this once."""
        made, token = installations.install(actor=self.actor, app=app, wanted=list(body.scopes))
        return Installed(app=row(made.app), token=token)

    @operation("installations.consent", scope=None, body=Consent, answer=AppRow, fails=(404, 409))
    def put(self, *, app: int, body: Consent) -> AppRow:
        """Agree to other scopes. What is taken away its tokens lose at once; what is added comes with the next token."""
        return row(installations.consent(actor=self.actor, app=app, wanted=list(body.scopes)).app)

    @operation("installations.remove", scope=None, fails=(404,))
    def delete(self, *, app: int) -> None:
        """Uninstall it: its tokens are dead for good, its bot's account is closed."""
        installations.uninstall(actor=self.actor, app=app)


class BotTokenView(Door):
    """The token of its bot."""

    @operation("installations.token", scope=None, body=NewBotToken, answer=SecretShown, status=201, fails=(404,))
    def post(self, *, app: int, body: NewBotToken) -> SecretShown:
        """Another token, shown this once."""
        raw = installations.issue_token(actor=self.actor, app=app, end_others=body.end_others)
        return SecretShown(secret=raw)


def _scope(scope: scopes.Scope, given: frozenset[str] = frozenset()) -> ScopeRow:
    return ScopeRow(
        name=scope.name,
        english=scope.english,
        chinese=scope.chinese,
        bot=scope.bot,
        user=scope.user,
        private=scope.private,
        given=scope.name in given,
    )
