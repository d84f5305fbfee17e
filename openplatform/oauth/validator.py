"""What the toolkit asks us: which scopes an app may get, what a token looks like, whose it is, what is told of a person.

The toolkit keeps codes, access and refresh tokens (as hashes); ``services.authorizations`` makes of each access token
one that the doors know. Pages are ``views``'.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from oauth2_provider.models import get_device_grant_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauthlib.oauth2.rfc8628.grant_types.device_code import DeviceCodeGrant

from accounts import authentication
from accounts.authentication import ACCESS_PREFIX
from accounts.services import tokens
from openplatform import scopes, selectors
from openplatform.models import AccessToken, App
from openplatform.services import authorizations
from protocol import errors

REFRESH_PREFIX = "plyr_"
DEVICE_GRANT = App.GRANT_DEVICE_CODE


def new_access_token(_: Any) -> str:
    """An access token, to be found where it leaked."""
    return tokens.generate(ACCESS_PREFIX)


def new_refresh_token(_: Any) -> str:
    """A refresh token, to be found where it leaked. It lets nobody in by itself."""
    return tokens.generate(REFRESH_PREFIX)


class Scopes(BaseScopes):
    """The toolkit's view of ``openplatform.scopes``."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every scope with its sentence, in the language of the page."""
        chinese = (get_language() or "").startswith("zh")
        return {name: each.chinese if chinese else each.english for name, each in scopes.SCOPES.items()}

    def get_available_scopes(
        self, application: App | None = None, request: Any = None, *_: Any, **__: Any
    ) -> list[str]:
        """What the app may ask for; without an app: all there are."""
        if application is None:
            return list(scopes.SCOPES)
        if getattr(request, "grant_type", "") == "client_credentials":
            installed = selectors.live_installations().filter(app=application).first()
            return list(installed.scopes) if installed is not None else []
        return scopes.for_user(application.scopes)

    def get_default_scopes(self, application: App | None = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        """Who asks for nothing in particular asks for all that was approved."""
        return self.get_available_scopes(application, request) if application is not None else []


class Validator(OAuth2Validator):
    """The toolkit's decisions, narrowed to what Parley allows."""

    oidc_claim_scope = {  # noqa: RUF012 - the toolkit's name and kind
        "sub": "openid",
        "name": "profile",
        "preferred_username": "profile",
        "locale": "profile",
        "email": "email",
    }

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: App, request: Any, *a: Any, **k: Any
    ) -> bool:
        """Also: an app comes as itself only while installed, and redeems only device codes of its own, once."""
        if not super().validate_grant_type(client_id, grant_type, client, request, *a, **k):
            return False
        if grant_type == "client_credentials":
            return selectors.live_installations().filter(app=client).exists()
        if grant_type == DEVICE_GRANT:
            return _device_grant(client, request) is not None
        return True

    def validate_device_code(self, client_id: str, code: str, request: Any, *_: Any, **__: Any) -> str | None:
        """The scopes that the device's owner read and allowed, whatever the device asks for now."""
        grant = _device_grant(request.client, request)
        if grant is None:
            return None
        request.user, request.scopes = grant.user, grant.scope.split()
        return str(DeviceCodeGrant.DEVICE_CODE_AUTHORIZED)

    def validate_bearer_token(self, token: str, wanted: list[str], request: Any) -> bool:
        """Also: the seat it belongs to lets in now (for userinfo)."""
        return is_live(token or "") and bool(super().validate_bearer_token(token, wanted, request))

    def get_additional_claims(self) -> dict[str, Any]:  # type: ignore[override]
        """What is told of a person, when the scope of each claim was allowed."""
        return {
            "sub": lambda request: str(request.user.pk),
            "name": lambda request: request.user.name or request.user.username,
            "preferred_username": lambda request: request.user.username,
            "locale": lambda request: request.user.locale,
            "email": lambda request: request.user.email,
        }

    def _save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Also: a device's code is used up."""
        if request.grant_type == DEVICE_GRANT and (grant := _device_grant(request.client, request)):
            grant.delete()
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_access_token(
        self, expires: Any, request: Any, token: dict[str, Any], source_refresh_token: Any = None
    ) -> AccessToken:
        """Also what lets it in at our doors."""
        made: AccessToken = super()._create_access_token(expires, request, token, source_refresh_token)
        lifetime: timedelta = expires - timezone.now()
        authorizations.let_in(
            app=request.client,
            user=made.user_id,
            raw=token["access_token"],
            scopes=token["scope"].split(),
            lifetime=lifetime,
        )
        return made


def is_live(raw: str) -> bool:
    """Whether an access token lets in now."""
    try:
        return authentication.actor_from_token(raw).app != 0
    except errors.Unauthenticated:
        return False


def _device_grant(client: App, request: Any) -> Any:
    """The grant behind the request's device code: of this app, allowed by somebody, in time; otherwise None."""
    model = get_device_grant_model()
    found = model.objects.filter(device_code=request.device_code or "", client_id=client.client_id).first()
    good = found is not None and found.status == model.AUTHORIZED and found.user_id and not found.is_expired()
    return found if good else None
