"""``python -m benchmarks [name …]``: run scenarios, print their tables, keep their results.

Needs DATABASE_URL and REDIS_URL of servers that may be filled with rubbish; ``make bench`` starts such servers.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")
os.environ.setdefault("PARLEY_DB_POOL", "0")


def main(names: list[str]) -> int:
    """Returns the exit status; a slow result is a result, only a failure to measure is not 0."""
    from benchmarks.cluster import ENVIRONMENT

    os.environ.update({key: os.environ.get(key, value) for key, value in ENVIRONMENT.items()})
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import machine, plot
    from benchmarks.scenarios import SCENARIOS

    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        print(f"no scenario {', '.join(unknown)}; there are: {', '.join(SCENARIOS)}")
        return 2
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        print("set DATABASE_URL and REDIS_URL, or use `make bench`, which starts both")
        return 2
    call_command("migrate", verbosity=0)
    for fact, value in machine.describe().items():
        print(f"{fact}: {value}")
    for name in names or list(SCENARIOS):
        began = time.monotonic()
        print(f"\n== {name}", flush=True)
        rows = SCENARIOS[name]()
        print(machine.table(rows))
        print(f"kept in {machine.keep(name, rows)} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"\ndrawn: {plot.draw(machine.RESULTS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
