"""Real servers and programs for tests and benchmarks: found, or installed, and started where nobody else is.

PostgreSQL listens on a unix socket in a fresh folder, Redis on a free port; that the process which answers is the one
that was started is checked each time, because a fixed port can silently be somebody else's server.
"""

from tests.services.keeper import Keeper
from tests.services.postgres import Postgres
from tests.services.redis import Redis

__all__ = ["Keeper", "Postgres", "Redis"]
