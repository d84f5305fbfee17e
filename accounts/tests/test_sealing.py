import pytest
from cryptography.fernet import InvalidToken

from accounts import sealing


def test_what_was_sealed_opens_for_its_purpose_alone_and_with_an_old_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first" * 12, []
    kept = sealing.seal("factors", "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert sealing.unseal("factors", kept) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(InvalidToken):
        sealing.unseal("webhooks", kept)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second" * 10, ["first" * 12]
    assert sealing.unseal("factors", kept) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        sealing.unseal("factors", kept)
