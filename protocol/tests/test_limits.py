"""The limits fit one another and the promises made about them."""

from protocol import limits


def test_a_longest_text_fits_a_body_and_a_body_fits_a_frame():
    assert limits.MAX_TEXT_CHARS * 3 < limits.MAX_BODY_BYTES, "three UTF-8 bytes a Chinese character"
    assert limits.MAX_BODY_BYTES < limits.MAX_FRAME_BYTES


def test_a_half_open_peer_is_noticed_within_35_seconds():
    assert limits.HEARTBEAT_SECONDS + limits.HEARTBEAT_GRACE_SECONDS <= 35


def test_a_session_that_never_acks_is_closed_within_the_heartbeat():
    assert limits.ACK_SECONDS * limits.ACK_REPEATS <= limits.HEARTBEAT_SECONDS


def test_pages_are_within_the_gap_and_the_gap_within_reason():
    assert limits.DEFAULT_PAGE <= limits.MAX_PAGE <= limits.MAX_GAP
    assert limits.VERSION in limits.SUPPORTED_VERSIONS
