"""Codes that people type: those of authenticator apps (RFC 6238) and recovery codes. Pure: secret, code and time in."""

import base64
import hashlib
import hmac
import secrets

STEP_SECONDS = 30
#: One step before and after: a phone's clock is rarely right, and typing takes time.
WINDOW = 1
DIGITS = 6
#: No 0, 1, 8, 9 (base32): nothing is mistaken for a letter. 16 of them are 80 bits.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
RECOVERY_CHARS = 16


def new_secret() -> str:
    """160 random bits in base32, as the apps want it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address_of(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth address that a QR code holds."""
    import pyotp  # noqa: PLC0415 - for whoever sets a factor up or shows one

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def find_step(secret: str, code: str, *, at: float, after: int) -> int | None:
    """The time step that ``code`` is of, when it is one of those around ``at`` and later than ``after``."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    import pyotp  # noqa: PLC0415 - as above

    present = int(at) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        # All are compared, so that the time taken says nothing.
        if hmac.compare_digest(totp.generate_otp(step), code) and step > after:
            found = step
    return found


def new_recovery_codes(count: int = 10) -> list[str]:
    """As people write them down: four groups of four."""
    made = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CHARS)) for _ in range(count)]
    return ["-".join(each[start : start + 4] for start in range(0, RECOVERY_CHARS, 4)) for each in made]


def tidy(code: str) -> str:
    """What was typed, without the spaces, dashes and case that people add."""
    return "".join(each for each in code.upper() if each.isalnum())


def is_recovery(code: str) -> bool:
    """Whether a tidy code has the shape of a recovery code."""
    return len(code) == RECOVERY_CHARS and set(code) <= set(ALPHABET)


def digest(code: str) -> str:
    """What is stored of a tidy recovery code. Plain SHA-256: 80 random bits need no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()
