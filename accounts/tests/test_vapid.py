"""The public key of this installation: a point of the curve, the same as long as the private one stays."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec

from accounts.vapid import get_public_key


def test_it_is_a_point_that_browsers_take(settings):
    first = get_public_key()
    raw = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    assert (len(raw), raw[0]) == (65, 4)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    assert get_public_key() == first
    settings.PUSH_PRIVATE_KEY = base64.urlsafe_b64encode(b"\x01" * 32).decode().rstrip("=")
    assert get_public_key() != first
