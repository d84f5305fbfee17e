"""Mass operations as jobs: started in a moment, done chunk by chunk, whatever happens to the workers. docs/jobs.md

``starting`` writes a job down, ``running`` goes on with it, and a module for each kind does its chunks.
"""

from groups.services.jobs.running import find_due, forget, run
from groups.services.jobs.starting import Order, cancel, start

__all__ = ["Order", "cancel", "find_due", "forget", "run", "start"]
