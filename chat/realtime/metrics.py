"""What the socket door counts, for ``/metrics``. Counted per batch, flush or frame, never per delivery."""

from prometheus_client import Counter, Gauge, Histogram

SESSIONS = Gauge("parley_sessions", "Sockets and parked polls that are authenticated, by kind.", ["kind"])
FRAMES = Counter("parley_frames_total", "WebSocket frames received.")
CLOSES = Counter("parley_socket_closes_total", "Sockets that the server closed, by close code.", ["code"])
DELIVERED = Counter("parley_events_delivered_total", "Events put into a session's queue.")
LAYER = Counter("parley_layer_messages_total", "Messages that arrived from the channel layer.")
REPEATS = Counter("parley_ack_repeats_total", "Heads repeated because no ack came in time.")
MISSED = Counter("parley_heads_missed_total", "Sessions told of a head that the layer had lost.")
ACKED = Histogram(
    "parley_ack_seconds",
    "Time from a commit to a device's ack of it, by how the device came by it: live, repeat or sync.",
    ["path"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300),
)
BATCH = Histogram(
    "parley_batch_items", "Writes that shared one commit.", ["writer"], buckets=(1, 2, 4, 8, 16, 32, 48, 64)
)
COMMIT = Histogram(
    "parley_commit_seconds",
    "Time of one commit, waiting for the write lane included.",
    ["writer"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
FLUSH = Histogram(
    "parley_flush_seconds",
    "Time of one hand-out to the sessions.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5),
)
