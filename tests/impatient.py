"""Settings of the workers that are killed: a silent one is given up after two seconds, a turn is one chunk."""

from imsite.settings import *  # noqa: F403

GROUPS_JOB_PATIENCE = 2.0
GROUPS_JOB_TURN = 0.0
