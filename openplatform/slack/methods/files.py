"""files.*: the three steps of an upload, a file's facts, a conversation's files. The bytes come and go in ``transfers``."""

import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chat import selectors
from chat.models import Entry, File, FileUse, Upload
from chat.rendering import milliseconds
from chat.selectors import get_seat
from chat.services import messages, uploads
from openplatform.dialects import ids, mrkdwn, slack_shapes
from openplatform.dialects.slack_shapes import Known
from openplatform.slack import transfers
from openplatform.slack.door import Call, method
from openplatform.slack.methods.conversations import decoded, encoded
from openplatform.slack.places import Json, message_at, seat_of
from openplatform.slack.problems import SlackError

#: Files of one completion.
TOGETHER = 10
#: Messages with one file that are taken back.
SHOWN = 100


@method("files.getUploadURLExternal", scope="files:write", like="uploads.begin", cost=5.0)
def begin(call: Call) -> Json:
    """An address for exactly ``length`` bytes, good once and for ten minutes."""
    name, length = call.args.needed("filename"), call.args.text("length")
    if not (length.isascii() and length.isdigit() and 0 < int(length) < 10**15):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] length is no size"]})
    upload = uploads.begin(actor=call.actor, name=name, size=int(length))
    address = f"{call.host}/slack/files/upload/{transfers.ticket_for(call.actor, upload)}"
    return {"upload_url": address, "file_id": slack_shapes.file_id(str(upload.pk))}


@method(
    "files.completeUploadExternal", scope="files:write", like="uploads.complete", missing="file_not_found", cost=5.0
)
def complete(call: Call) -> Json:
    """Make files of what was uploaded, and show each in a message when a conversation is named."""
    wanted = call.args.json("files")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= TOGETHER:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] files"]})
    places = _places(call)
    if places and call.actor.scopes is not None and "messages:write" not in call.actor.scopes:
        raise SlackError("missing_scope", needed="chat:write")
    root = _root(call, places)
    found = [_upload(call, each) for each in wanted]
    done = [(uploads.complete(actor=call.actor, upload=upload.pk), title) for upload, title in found]
    for place in places:
        for at, (file, _) in enumerate(done):
            _show(call, place, file, root, call.args.text("initial_comment") if at == 0 else "")
    return {"files": [_told(file, title, call.host) for file, title in done]}


@method("files.info", scope="files:read", like="files.get", missing="file_not_found")
def info(call: Call) -> Json:
    """A file that the caller may read."""
    return {
        "file": _told(transfers.file_named(call.actor.user, call.args.needed("file", "file_not_found")), "", call.host)
    }


@method("files.delete", scope="files:write", like="messages.recall", missing="file_not_found", cost=5.0)
def delete(call: Call) -> Json:
    """Take back one's own messages that show one's own file; nobody reads it there any more, its bytes go with the sweep."""
    file = transfers.file_named(call.actor.user, call.args.needed("file", "file_not_found"))
    if file.uploader_id != call.actor.user:
        raise SlackError("cant_delete_file")
    if call.actor.scopes is not None and "messages:write" not in call.actor.scopes:
        raise SlackError("missing_scope", needed="chat:write")
    for use in FileUse.objects.filter(file=file)[:SHOWN]:
        mine = Entry.objects.filter(
            conversation_id=use.conversation_id, seq=use.seq, sender_id=call.actor.user, recalled_at=None
        )
        if mine.exists():
            messages.recall(
                actor=call.actor, conversation=use.conversation_id, client_key=uuid.uuid4().hex, target=use.seq
            )
    return {}


@method("files.list", scope="files:read", like="conversations.files")
def listed(call: Call) -> Json:
    """Files of one conversation, the newest first."""
    seat = seat_of(call)
    limit = call.args.number("count", 100, 100)
    cursor = decoded(call.args.text("cursor"))
    found = selectors.list_files(call.actor.user, seat.conversation_id, cursor=cursor, limit=limit)
    known = Known(host=call.host)
    shown = [slack_shapes.file(each.body, each.sender, each.at, known) for each in found.messages]
    return {"files": shown, "response_metadata": {"next_cursor": encoded(found.next)}}


def _upload(call: Call, asked: Any) -> tuple[Upload, str]:
    """(The upload, the title that it is to have) of one of ``files``."""
    if not isinstance(asked, Mapping) or not isinstance(asked.get("id"), str):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] files"]})
    try:
        number = UUID(hex=asked["id"].removeprefix("F"))
    except ValueError:
        raise SlackError("file_not_found") from None
    title = asked.get("title")
    upload = uploads.find(actor=call.actor, upload=number)
    if upload.file_id is None and upload.offset != upload.size:
        raise SlackError("file_not_found")
    return upload, title if isinstance(title, str) else ""


def _places(call: Call) -> list[int]:
    named = [*call.args.names("channel_id"), *call.args.names("channels")]
    numbers = [ids.parse(each, slack_shapes.PLACES) for each in dict.fromkeys(named)]
    if not all(numbers):
        raise SlackError("channel_not_found")
    for each in numbers:
        get_seat(call.actor.user, each)  # before anything is kept
    return numbers


def _root(call: Call, places: list[int]) -> int:
    thread = call.args.text("thread_ts")
    if not thread or len(places) != 1:
        return 0
    place = get_seat(call.actor.user, places[0]).conversation
    first = message_at(call.actor.user, place, thread, word="thread_not_found")
    return first.thread_root or first.seq


def _show(call: Call, place: int, file: File, root: int, words: str) -> None:
    said = mrkdwn.to_markdown(words, lambda _: "")
    messages.send(
        actor=call.actor,
        conversation=place,
        client_key=uuid.uuid4().hex,
        kind="image" if file.thumbnail_path else "file",
        body={"file": str(file.pk), "caption": said.text},
        thread_root=root,
    )


def _told(file: File, title: str, host: str) -> Json:
    body = {"file": str(file.pk), "name": file.name, "title": title, "media_type": file.media_type, "size": file.size}
    return slack_shapes.file(body, file.uploader_id, milliseconds(file.created_at), Known(host=host))
