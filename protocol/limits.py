"""Sizes, rates and versions of the wire, announced to every client in ``welcome``.

Policy that an operator may tune lives in each room's ``conf.py``, not here: these are part of protocol version 1.
"""

#: The protocol versions that this server speaks; ``hello`` names one.
VERSION = 1
SUPPORTED_VERSIONS = (1,)

#: WebSocket sub-protocols, best first. A client that names none gets JSON.
SUBPROTOCOL_BINARY = "parley.v1.msgpack"
SUBPROTOCOL_JSON = "parley.v1.json"

#: Bytes of one inbound frame. 64 KiB holds the longest text four times over; files go over HTTP.
MAX_FRAME_BYTES = 64 * 1024
#: Bytes of one message body once encoded as JSON.
MAX_BODY_BYTES = 32 * 1024
#: Objects and lists inside one another in a body. Cards need about 6; recursive readers fail near 1,000.
MAX_BODY_DEPTH = 16
#: Characters of a text message.
MAX_TEXT_CHARS = 10_000
#: Characters of an idempotency key. 8 at least, so that nobody counts from 1 and collides with himself.
MIN_CLIENT_KEY, MAX_CLIENT_KEY = 8, 64
#: Explicit mentions in one message; more than this is what @all is for.
MAX_MENTIONS = 100
#: Bytes of an emoji or emoji short name in a reaction.
MAX_EMOJI_CHARS = 32
#: Distinct emojis under one message.
MAX_DISTINCT_REACTIONS = 20

#: Entries in one page of ``timeline.sync`` and messages in one page of ``timeline.history``.
MAX_PAGE = 200
DEFAULT_PAGE = 50
#: Entries that may be missing before ``timeline.sync`` asks for a snapshot instead.
MAX_GAP = 1_000
#: Conversations in one ``inbox.sync`` answer; the rest follows by cursor.
MAX_INBOX = 500
#: Events per conversation that ``inbox.sync`` sends along; a longer gap is fetched when the conversation is opened.
INBOX_DELTA = 20
#: Ids in one ``people.get`` or ``presence.get``.
MAX_PEOPLE = 200
#: Conversations a session may hold open (in full attention) at once.
MAX_OPEN = 50

#: Seconds between the server's pings. A half-open peer is noticed within HEARTBEAT + HEARTBEAT_GRACE = 30 s (bar: 35 s).
HEARTBEAT_SECONDS = 20
HEARTBEAT_GRACE_SECONDS = 10
#: Seconds a client has for ``hello`` after the socket opened.
HELLO_SECONDS = 10
#: Seconds within which a client acknowledges durable events; it should coalesce acks to about one a second.
ACK_SECONDS = 5
#: The head is repeated this many times before a session that never acks is closed.
ACK_REPEATS = 3

#: Frames a session may send: a bucket of BURST refilled at RATE a second.
FRAME_RATE, FRAME_BURST = 50.0, 200.0
