"""Secrets that are needed in clear again, as the database keeps them: sealed with the server's key, one box for each purpose.

What need only be recognised (tokens, recovery codes) is hashed instead. Old keys (PARLEY_OLD_SECRET_KEYS) still open.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(purpose: str, secret: str) -> str:
    """What is stored of it. ``purpose``: what was sealed for one purpose does not open for another."""
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The secret again; raises cryptography's InvalidToken when the server's key is another one."""
    return _box(purpose).decrypt(sealed.encode()).decode()


def _box(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    label = purpose.encode() + b":"
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(label + each.encode()).digest())) for each in keys]
    )
