"""``make cluster``: the scaled form with the demo company, here. Ctrl-C ends it and throws everything away."""

import argparse
import contextlib
import signal
import sys
import time
from importlib.util import find_spec

from deploy.cluster.balancer import Balancer
from deploy.cluster.layout import DidNotStart, Layout
from imsite.serving import PortTaken, bind
from tests.services import Keeper, machine


def main() -> int:
    """Start, announce, watch, end."""
    parser = argparse.ArgumentParser(prog="make cluster", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--gateways", type=int, default=4)
    parser.add_argument("--no-demo", action="store_true", help="an empty company")
    given = parser.parse_args()
    # A shell's background job ignores Ctrl-C's signal; a supervisor sends the other one.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)
    try:
        with Keeper() as keeper:
            return _run(keeper, given)
    except (machine.Missing, DidNotStart, PortTaken) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing is kept.")
        return 0


def _run(keeper: Keeper, given: argparse.Namespace) -> int:
    # Before a minute is spent on preparing what could not be served.
    bind(given.host, given.port).close()
    server = "uvicorn" if find_spec("uvicorn") else "daphne"
    env = {
        "PARLEY_BEHIND_PROXY": "1",
        "PARLEY_HOSTS": ",".join({"127.0.0.1", "localhost", given.host}),
        "PARLEY_LOG_LEVEL": "WARNING",
    }
    layout = Layout(keeper, gateways=given.gateways, server=server, env=env)
    print(f"PostgreSQL {layout.postgres.version}, Redis {layout.redis.version}; preparing the database …", flush=True)
    layout.prepare()
    if not given.no_demo:
        layout.manage("make_demo", quiet=False)
    layout.start_all()
    balancer = Balancer(keeper, layout.folder, given.port, layout.ports, host=given.host)
    _announce(layout, given, server)
    try:
        _watch(layout, balancer)
    finally:
        # A second Ctrl-C must not leave the first one's work half done.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        layout.stop_all()
    return 0


def _announce(layout: Layout, given: argparse.Namespace, server: str) -> None:
    print(f"\nParley is at http://{given.host}:{given.port}/   (Ctrl-C stops it and throws its data away)")
    print(f"Logs: {layout.folder}")
    for name in layout.names:
        where = f"  {layout.url(name)} ({server})" if name.startswith("gateway") else ""
        print(f"  {name:<18} pid {layout.processes[name].pid}{where}")
    print("Try: kill -9 one of them, and watch two browsers go on.", flush=True)


def _watch(layout: Layout, balancer: Balancer) -> None:
    """What a supervisor does: what ended is started again, after a second."""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(1)
            if balancer.process.poll() is not None:
                raise DidNotStart(f"HAProxy ended: {balancer.said()[-1_000:]}")
            for name, process in list(layout.processes.items()):
                if process.poll() is not None:
                    print(f"{name} ended with {process.returncode}; started again", flush=True)
                    layout.start(name)
    print("\nStopping …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
