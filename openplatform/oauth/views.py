"""OAuth's endpoints and pages: the toolkit's, with our consent page, complete discovery, and limits before sign-in.

Rules are ``services.authorizations``' and the validator's.
"""

import hashlib
import json
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import DeviceCodeResponse, DeviceRequest, create_device_grant
from oauth2_provider.views import base, device, introspect, metadata, oidc
from oauthlib.common import Request as OAuthRequest

from accounts.authentication import ip_of
from accounts.selectors import get_user
from openplatform import conf, rates, selectors
from openplatform.models import AccessToken, App
from openplatform.oauth.validator import DEVICE_GRANT, is_live
from openplatform.oauth.words import words_for
from openplatform.scopes import SCOPES, for_user
from openplatform.services import authorizations
from protocol import errors


@method_decorator(csrf_exempt, name="dispatch")
class Limited:
    """An endpoint that apps call without a session: as many calls an address as anywhere before sign-in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take from the address's bucket first: checking a secret is slow on purpose."""
        tunables = conf.get()
        verdict = rates.take(f"ip:{ip_of(request)}", rate=tunables.anonymous_rate, burst=tunables.anonymous_burst)
        if not verdict.allowed:
            answer: HttpResponseBase = JsonResponse({"error": "slow_down"}, status=429)
            answer["Retry-After"] = str(max(1, round(verdict.retry_after)))
        else:
            try:
                answer = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            except errors.ParleyError as problem:
                answer = JsonResponse({"error": "access_denied", "error_description": problem.message}, status=400)
        answer["Cache-Control"] = "no-store"
        return answer


class Consenting:
    """A page on which somebody decides about an app."""

    def shown(self, app: App | None, wanted: list[str]) -> dict[str, Any]:
        """What the pages say of the app and of what it wants: what touches messages first and apart."""
        words = words_for(get_language())
        chinese = words.lang != "en"
        known = [SCOPES[each] for each in wanted if each in SCOPES]

        def sentences(*, private: bool) -> list[str]:
            return [each.chinese if chinese else each.english for each in known if each.private == private]

        return {
            "words": words,
            "app": app,
            "title": words.asks.format(app.name) if app is not None else words.failed,
            "private": sentences(private=True),
            "further": sentences(private=False),
        }


class AuthorizeView(Consenting, base.AuthorizationView):
    """The consent page of the authorization code flow."""

    template_name = "openplatform/authorize.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The toolkit's, and ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | self.shown(context.get("application"), context.get("scopes", []))

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page, or what is wrong. Its form leads to the app: the browser has to know that it may."""
        words = words_for(get_language())
        app: App | None = context.get("application")
        if problem := context.get("error"):
            context |= {"why": problem.description or problem.error, "title": words.failed}
        elif app is not None and not selectors.may_use(app, get_user(self.request.user.pk or 0)):
            context |= {"why": words.not_for_you, "title": words.failed}
            kwargs["status"] = 403
        parts = urlsplit(context.get("redirect_uri") or "")
        answer: HttpResponse = super().render_to_response(context | {"words": words, "host": parts.netloc}, **kwargs)
        if parts.netloc and not context.get("why"):
            answer._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
        answer["Cache-Control"] = "no-store"
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """Only what the app may have of this person, whatever the form says."""
        app = App.objects.filter(client_id=form.cleaned_data["client_id"]).first()
        wanted = (form.cleaned_data.get("scope") or "").split()
        if app is None or not authorizations.may_get(app=app, user=self.request.user.pk, wanted=wanted):
            words = words_for(get_language())
            return self.render_to_response({"why": words.not_for_you, "title": words.failed}, status=403)
        answer: HttpResponse = super().form_valid(form)
        return answer


class TokenView(Limited, base.TokenView):
    """Tokens for codes, secrets, refresh tokens and devices."""


class IntrospectView(Limited, introspect.IntrospectTokenView):
    """What a token is (RFC 7662): an app asks with its secret, and only about tokens of its own."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whether it lets in now, suspended apps and signed-out seats included."""
        raw = request.POST.get("token", "")
        core = self.get_oauthlib_core()
        asked = OAuthRequest(*core._extract_params(request))
        core.server.request_validator.authenticate_client(asked)
        known = AccessToken.objects.filter(token_checksum=hashlib.sha256(raw.encode()).hexdigest()).first()
        if known is None or asked.client is None or known.application_id != asked.client.pk or not is_live(raw):
            return JsonResponse({"active": False})
        answer: HttpResponse = self.get_token_response(raw)
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Never: a token does not belong into an address."""
        return JsonResponse({"error": "invalid_request"}, status=405, headers={"Allow": "POST"})


class DeviceAuthorizationView(Limited, device.DeviceAuthorizationView):
    """A device asks for a code (RFC 8628)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only for scopes that people may give this app."""
        app = App.objects.filter(client_id=request.POST.get("client_id", ""), state=App.State.APPROVED).first()
        wanted = request.POST.get("scope", "").split()
        if app is None:
            return JsonResponse({"error": "invalid_client"}, status=401)
        if not set(wanted) <= set(for_user(app.scopes)):
            return JsonResponse({"error": "invalid_scope"}, status=400)
        headers, told, status = self.create_device_authorization_response(request)
        if status != 200:
            return JsonResponse(json.loads(told), status=status, headers=headers)
        # Not the toolkit's own: it stumbles over the scope in the answer of present oauthlib.
        known = {each.name: told[each.name] for each in fields(DeviceCodeResponse) if each.name in told}
        scope = " ".join(wanted or for_user(app.scopes))
        create_device_grant(DeviceRequest(client_id=app.client_id, scope=scope), DeviceCodeResponse(**known))
        place = self.request.build_absolute_uri(reverse("oauth2_provider:device"))
        whole = {"verification_uri": place, "verification_uri_complete": f"{place}?user_code={told['user_code']}"}
        return JsonResponse({**told, **whole}, headers=headers)


class DeviceCodeView(device.DeviceUserCodeView):
    """Where somebody types the code that a device shows."""

    template_name = "openplatform/device_code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Our words."""
        words = words_for(get_language())
        return super().get_context_data(**kwargs) | {"words": words, "title": words.device_title}


class DeviceConfirmView(Consenting, device.DeviceConfirmView):
    """Where somebody allows the device or does not."""

    template_name = "openplatform/device_confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The toolkit's, and ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | self.shown(context["application"], context["scopes"]) | {"code": self.kwargs["user_code"]}

    def form_valid(self, form: Any) -> HttpResponse:
        """Only what the app may have of this person."""
        grant = self.get_object()
        app = App.objects.get(client_id=grant.client_id)
        wanted = (grant.scope or "").split()
        if not authorizations.may_get(app=app, user=self.request.user.pk, wanted=wanted):
            form.add_error(None, words_for(get_language()).not_for_you)
            refused: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=403)
            return refused
        answer: HttpResponse = super().form_valid(form)
        return answer


class DeviceDoneView(device.DeviceGrantStatusView):
    """What became of the device."""

    template_name = "openplatform/device_done.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Our words."""
        words = words_for(get_language())
        title = words.device_denied if self.object.status == self.object.DENIED else words.device_allowed
        return super().get_context_data(**kwargs) | {"words": words, "title": title}


class OpenIDConfigurationView(oidc.ConnectDiscoveryInfoView):
    """Discovery (OpenID Connect), completed: the toolkit tells less than it serves."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The toolkit's document and what it leaves out."""
        told = json.loads(super().get(request, *args, **kwargs).content)
        told |= {
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token", DEVICE_GRANT],
            "revocation_endpoint": self._get_endpoint_url(request, "revoke-token"),
            "introspection_endpoint": self._get_endpoint_url(request, "introspect"),
            "device_authorization_endpoint": self._get_endpoint_url(request, "device-authorization"),
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return JsonResponse(told, headers={"Access-Control-Allow-Origin": "*"})


class ServerMetadataView(metadata.OAuthServerMetadataView):
    """Discovery (RFC 8414), completed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The toolkit's document and where devices ask."""
        told = json.loads(super().get(request, *args, **kwargs).content)
        told["device_authorization_endpoint"] = self._get_endpoint_url(request, "device-authorization")
        return JsonResponse(told, headers={"Access-Control-Allow-Origin": "*"})
