"""The methods of the Web API, by what they are about; importing this registers all."""

from openplatform.slack.methods import (
    apps,
    chat,
    conversations,
    files,
    history,
    identity,
    later,
    marks,
    oauth,
    people,
    rooms,
    search,
    views,
)

__all__ = [
    "apps",
    "chat",
    "conversations",
    "files",
    "history",
    "identity",
    "later",
    "marks",
    "oauth",
    "people",
    "rooms",
    "search",
    "views",
]
