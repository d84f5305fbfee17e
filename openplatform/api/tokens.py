"""Bearer tokens: get one for a password, renew it, end it. Tokens are never kept under an Idempotency-Key: only hashed."""

from accounts import authentication
from accounts.models import Token
from accounts.services import signin, tokens
from chat.services import devices
from identity.services import entering, factors
from openplatform.api.door import Door, plain_request
from openplatform.api.operation import operation
from openplatform.api.shapes import NewToken, SignIn


class TokensView(Door):
    """The place to sign in for clients that are no browser."""

    public = True

    @operation("tokens.create", scope="", body=SignIn, answer=NewToken, status=201, fails=(401,), public=True)
    def post(self, *, body: SignIn) -> NewToken:
        """A token on a new device, for a user name and a password.

        Wrong guesses are slowed down per name and per address. Who has a second factor sends its ``code`` too:
        without one the answer is ``second_factor_required``. People who sign in through their company have no
        password here; they get a token from their administrator or their app.
        """
        ip = authentication.ip_of(plain_request(self.request))
        user = signin.authenticate(body.username, body.password, ip)
        second = factors.require(user=user, code=body.code, ip=ip)
        device = devices.register(user=user, platform=body.platform, name=body.device, ip=ip)
        entering.entered(user=user, device=device.pk, door="password", second=second, ip=ip)
        raw, token = tokens.issue_for(device=device)
        return _new(raw, token)


class CurrentTokenView(Door):
    """The token that the request itself bears."""

    @operation("tokens.revoke", scope=None)
    def delete(self) -> None:
        """Sign out: the token is dead, and its device is gone unless it has another one."""
        tokens.revoke(actor=self.actor, token_id=self.actor.token)


class RenewView(Door):
    """A fresh token for the one in use."""

    @operation("tokens.renew", scope=None, answer=NewToken, status=201)
    def post(self) -> NewToken:
        """A fresh token on the same device with the same lifetime; the old one ends a minute later."""
        raw = tokens.renew(actor=self.actor)
        return _new(raw, Token.objects.select_related("device").get(digest=authentication.digest(raw)))


def _new(raw: str, token: Token) -> NewToken:
    expires = int(token.expires_at.timestamp() * 1000) if token.expires_at else 0
    return NewToken(token=raw, device=token.device_id, user=token.device.user_id, expires_at=expires)
