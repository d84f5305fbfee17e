"""The secret is made once, however many start at once, and nobody else may read it."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from imsite import secret_key


def test_it_is_made_once_and_for_its_owner_only(tmp_path):
    place = tmp_path / "secret_key"
    first = secret_key.kept_in(place)
    assert secret_key.kept_in(place) == first
    assert len(first) > 60
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_another_place_has_another_secret(tmp_path):
    assert secret_key.kept_in(tmp_path / "one") != secret_key.kept_in(tmp_path / "two")


def test_a_key_that_is_there_is_never_replaced(tmp_path):
    place = tmp_path / "secret_key"
    place.write_text("kept\n")
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(secret_key.kept_in, [place] * 8)) == {"kept"}


def test_a_signing_key_is_a_private_key_of_the_curve(tmp_path):
    made = secret_key.kept_in(tmp_path / "push_key", secret_key.new_signing_key)
    number = int.from_bytes(base64.urlsafe_b64decode(made + "="))
    assert len(made) == 43
    ec.derive_private_key(number, ec.SECP256R1())
    assert secret_key.kept_in(tmp_path / "push_key", secret_key.new_signing_key) == made


def test_an_rsa_key_is_pem_of_2048_bits(tmp_path):
    made = secret_key.kept_in(tmp_path / "oidc_key", secret_key.new_rsa_key)
    assert load_pem_private_key(made.encode(), None).key_size == 2048
    assert secret_key.kept_in(tmp_path / "oidc_key", secret_key.new_rsa_key) == made
