"""``manage.py run_parley``: what ``make run`` does once the libraries are there – migrate, demo company, serve."""

import contextlib
import os
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from imsite import serving


class Command(BaseCommand):
    """Brings the database up to date, makes the demo company once, and serves."""

    help = "Serve Parley with everything it needs (the embedded form unless DATABASE_URL and REDIS_URL are set)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where and how to serve."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--server", choices=("daphne", "uvicorn"), default="daphne")
        parser.add_argument("--no-demo", action="store_true", help="leave the company empty")
        parser.add_argument("--serve-only", action="store_true", help="one gateway of several: no migration, no demo")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bind, prepare, announce, serve."""
        # A shell's background job ignores Ctrl-C's signal, and servers leave an ignored signal alone.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # A supervisor's signal ends it the same way, before the server has taken it over and after.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            host = options["host"]
            bound = serving.bind(host, options["port"])
        except serving.PortTaken as problem:
            raise CommandError(str(problem)) from None
        try:
            if not options["serve_only"]:
                self._migrate()
                if not options["no_demo"] and "make_demo" in get_commands():
                    call_command("make_demo")
        except KeyboardInterrupt:
            raise CommandError("Stopped before it was ready; start it again and it goes on.") from None
        connections.close_all()
        address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}/"

        def ready() -> None:
            self.stdout.write(f"\nParley is at {address}   (Ctrl-C stops it)")
            if not options["serve_only"] and host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
                self.stdout.write("From other machines: set PARLEY_HOSTS to the names and addresses they will use.")
            self.stdout.flush()

        serve = serving.serve_uvicorn if options["server"] == "uvicorn" else serving.serve_daphne
        # uvicorn raises the signal again when it has stopped.
        with contextlib.suppress(KeyboardInterrupt):
            serve(bound, ready)
        self.stdout.write("\nStopped. Everything is kept in " + os.path.relpath(settings.VAR_DIR) + "/")

    def _migrate(self) -> None:
        executor = MigrationExecutor(connections["default"])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not plan:
            return
        began = time.monotonic()
        self.stdout.write(f"Preparing the database ({len(plan)} steps) …")
        self.stdout.flush()
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"  done in {time.monotonic() - began:.0f} s")
