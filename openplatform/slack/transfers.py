"""The bytes of files: an upload's address, which is its own permission, and the download for who has a token.

Clients send the bytes in three ways: raw under the name of a form, raw, or as one part of a multipart form. Nothing here
asks Django for the form of raw bytes.
"""

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.actor import Actor
from accounts.models import Token
from chat import attachments, conf
from chat.models import File, Upload
from chat.services import uploads
from openplatform.api import downloads
from openplatform.slack import arguments, door, problems
from openplatform.slack.problems import SlackError
from protocol import errors

SECONDS = 600
_SALT = "slack-upload"
_DOWNLOAD = door.Method(run=lambda _: {}, scope="files:read", like="files.get", missing="", public=False, cost=1.0)


def ticket_for(actor: Actor, upload: Upload) -> str:
    """What the address of an upload ends in."""
    return signing.dumps([upload.pk.hex, actor.token], salt=_SALT)


@csrf_exempt
def receive(request: HttpRequest, ticket: str) -> HttpResponse:
    """Take all the bytes of an upload at once; a second time nothing is taken."""
    if request.method not in ("POST", "PUT"):
        return HttpResponse("method_not_allowed", status=405, headers={"Allow": "POST"})
    try:
        actor, upload = _owner(ticket)
        _take(request, actor, upload)
    except SlackError as why:
        return HttpResponse(why.word, status=403, content_type="text/plain")
    except errors.ParleyError as problem:
        return HttpResponse(problem.message, status=problem.status, content_type="text/plain")
    return HttpResponse(f"OK - {upload.size}", content_type="text/plain")


def send(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file that the bearer of the token may read."""
    try:
        actor = door.actor_of(request, arguments.Arguments({}))
        door.take_turn(_DOWNLOAD, "files.get", actor, request)
        door.require_scope(actor, _DOWNLOAD)
        file = file_named(actor.user, name)
        what = downloads.Download(attachments.path_of(file), file.sha256, file.media_type, file.name)
        return downloads.serve(request, what)
    except (SlackError, errors.ParleyError) as problem:
        answer = problems.respond(problem, "file_not_found")
        answer.status_code = {"not_authed": 401, "invalid_auth": 401, "file_not_found": 404}.get(_word(answer), 403)
        return answer


def file_named(user: int, name: str) -> File:
    """The file behind F…, also by the name it had while it was uploaded. Raises NotFound."""
    try:
        number = UUID(hex=name.removeprefix("F"))
    except ValueError:
        raise errors.NotFound("There is no such file.") from None
    upload = Upload.objects.filter(pk=number, user_id=user, file__isnull=False).first()
    return attachments.get_file(user, upload.file_id if upload and upload.file_id else number)


def _word(answer: HttpResponse) -> str:
    return next(
        (each for each in ("not_authed", "invalid_auth", "file_not_found") if each.encode() in answer.content), ""
    )


def _owner(ticket: str) -> tuple[Actor, Upload]:
    """Whose upload it is, while the token that began it lets in. Raises SlackError."""
    try:
        number, token = signing.loads(ticket, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise SlackError("invalid_upload_url") from None
    rows = Token.objects.select_related("device__user").filter(pk=token, revoked_at=None, device__revoked_at=None)
    found = rows.filter(device__paused_at=None, device__user__is_active=True).first()
    if found is None or (found.expires_at is not None and found.expires_at <= timezone.now()):
        raise SlackError("token_revoked")
    actor = Actor(user=found.device.user_id, token=found.pk, device=found.device_id, app=found.device.app)
    return actor, uploads.find(actor=actor, upload=UUID(hex=number))


def _take(request: HttpRequest, actor: Actor, upload: Upload) -> None:
    if upload.offset:
        raise SlackError("upload_url_used")
    source: Any = request
    if request.content_type == "multipart/form-data":
        sent = list(request.FILES.values())
        if len(sent) != 1:
            raise SlackError("one_file_is_wanted")
        source = sent[0]
    offset = 0
    while piece := source.read(conf.UPLOAD_CHUNK):
        offset = uploads.proceed(actor=actor, upload=upload.pk, offset=offset, piece=piece)
    if offset != upload.size:
        uploads.remove(actor=actor, upload=upload.pk)
        raise SlackError("length_differs")
