"""Rows of apps and their OAuth grants. The toolkit's models are swapped for ours from the first migration on.

Fields of our own come with the open-platform features; a swap after the first migration would not be possible.
"""

from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)


class App(AbstractApplication):
    """A third-party app as an OAuth client."""


class AccessToken(AbstractAccessToken):
    """What an app shows at the HTTP door; only its checksum is kept."""


class RefreshToken(AbstractRefreshToken):
    """What an app renews an access token with."""


class Grant(AbstractGrant):
    """An authorization code in flight."""


class IDToken(AbstractIDToken):
    """An OpenID Connect identity token."""
