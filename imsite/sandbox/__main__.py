"""``python -m imsite.sandbox``: starts it, prints what is in it as one line of JSON, serves until a signal."""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile


def main() -> int:
    """Everything it writes is in a folder that goes with it."""
    parser = argparse.ArgumentParser(prog="parley-sandbox", description="A throw-away Parley for tests of apps.")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--app-url", default="", help="where events are posted; without one they are pulled")
    parser.add_argument("--database", default="", help="an empty migrated one to start from, when many are started")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = tempfile.mkdtemp(prefix="parley-sandbox-")
    if options.database:
        shutil.copyfile(options.database, f"{folder}/parley.sqlite3")
    try:
        _serve(folder, options.port, options.app_url)
    except KeyboardInterrupt:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _serve(folder: str, port: int, app_url: str) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "PARLEY_PUBLIC_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "PARLEY_VAR": folder,
        "DJANGO_SETTINGS_MODULE": "imsite.settings",
        "PARLEY_HOSTS": "localhost,127.0.0.1",
    }
    os.environ |= {"PARLEY_WEBHOOK_PLAIN": "1", "PARLEY_WEBHOOK_NETWORKS": "127.0.0.0/8", "PARLEY_LINK_PREVIEWS": "0"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    settings.OPENPLATFORM["webhook_ports"] = range(1, 65536)
    call_command("migrate", interactive=False, verbosity=0)
    from imsite import serving
    from imsite.sandbox import fakes
    from imsite.sandbox.faults import Faults

    bound = serving.bind("127.0.0.1", port)
    told = {"url": f"http://127.0.0.1:{bound.getsockname()[1]}", **fakes.make(app_url=app_url)}
    connections.close_all()
    from daphne.server import Server  # noqa: F401 - installs the reactor before the application starts its threads

    from imsite import asgi
    from openplatform.services import wires

    faults = Faults(asgi.application, told)
    asgi.application = faults
    post = wires.post

    def twice(row: wires.Signed, name: str, body: bytes, media_type: str = "application/json") -> wires.Tried:
        """A delivery whose answer was lost is made again under the same id."""
        kind = json.loads(body).get("type", "") if body.startswith(b"{") else ""
        if faults.take(("twice",), f"EVENT {kind}"):
            post(row, name, body, media_type)
        return post(row, name, body, media_type)

    wires.post = twice

    def ready() -> None:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    serving.serve_daphne(bound, ready)


if __name__ == "__main__":
    sys.exit(main())
