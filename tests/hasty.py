"""A Celery app whose deliveries live HASTE times faster, for the test that takes an endpoint away for an hour.

Pauses, the circuit, the lease and the clock are compressed alike; the 3 s that an endpoint has for its answer are not.
"""

import os
from datetime import timedelta

from imsite.celery import app

app.loader.import_default_modules()

from django.conf import settings  # noqa: E402 - it is set up by now

from openplatform.services import posting  # noqa: E402

FASTER = float(os.environ["HASTE"])
posting.PAUSES = tuple(each / FASTER for each in posting.PAUSES)
posting.CLOSED, posting.LONGEST = posting.CLOSED / FASTER, posting.LONGEST / FASTER
posting.LEASE, posting.TURN = timedelta(seconds=6), timedelta(seconds=4)
app.conf.beat_schedule["post due events"]["schedule"] = 0.5
app.conf.beat_schedule["sweep"]["schedule"] = 2.0
#: The test's endpoints listen where there was room.
settings.OPENPLATFORM["webhook_ports"] = range(1, 65536)
