import base64

import pytest

from identity.dialects import codes

#: RFC 6238, appendix B, SHA-1: the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_the_vectors_of_the_rfc(at, code):
    assert codes.find_step(SECRET, code, at=at, after=0) == at // 30


def test_a_code_holds_one_step_before_and_after_and_once():
    at, code = 1111111109, "081804"
    step = at // 30
    assert codes.find_step(SECRET, code, at=at + 30, after=0) == step
    assert codes.find_step(SECRET, code, at=at - 30, after=0) == step
    assert codes.find_step(SECRET, code, at=at + 60, after=0) is None
    assert codes.find_step(SECRET, code, at=at - 60, after=0) is None
    assert codes.find_step(SECRET, code, at=at, after=step) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢", "000000"])
def test_what_is_no_code_is_none(code):
    assert codes.find_step(SECRET, code, at=59, after=0) is None


def test_recovery_codes_are_read_as_people_type_them():
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    for each in made:
        typed = f" {each.lower().replace('-', ' ')} "
        assert codes.is_recovery(codes.tidy(typed))
        assert codes.digest(codes.tidy(typed)) == codes.digest(each.replace("-", ""))
    assert not codes.is_recovery("287082")


def test_the_address_names_who_and_where():
    address = codes.address_of(SECRET, account="alice@x", issuer="Our Company")
    assert address.startswith(f"otpauth://totp/Our%20Company:alice%40x?secret={SECRET}")
