"""Writes the three vector files beside this module: ``python -m tests.vectors``."""

from tests.vectors.files import write

write()
