"""The product's settings for workers under measurement: a provider that takes everything and says nothing."""

import logging

from imsite.settings import *  # noqa: F403 - the product's

PUSH_CONSOLE = True
logging.getLogger("push.providers.console").setLevel(logging.CRITICAL)
