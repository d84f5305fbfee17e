"""Writes a log line instead of waking anybody: for development, where no push service is at hand."""

import logging

from push import conf
from push.providers.base import Address, Notice, Outcome, Provider

log = logging.getLogger(__name__)


class Console(Provider):
    """The log."""

    name = "console"

    def is_ready(self) -> bool:
        """Only where the operator wants it: what people write does not belong into a log."""
        return bool(conf.CONSOLE)

    def send(self, address: Address, notice: Notice) -> Outcome:
        """Say it there."""
        log.warning("push to %s: %s", address.token, notice.payload())
        return Outcome("sent", "logged")


PROVIDER = Console()
