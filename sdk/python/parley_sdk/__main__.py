"""``python -m parley_sdk chat --as alice``: a small chat in the terminal."""

import argparse
import asyncio
import contextlib
import os
import sys

from parley_sdk.errors import ParleyError
from parley_sdk.terminal.chat import Chat
from parley_sdk.terminal.credentials import Credentials


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="parley_sdk", description="Parley in the terminal.")
    commands = parser.add_subparsers(dest="command", required=True)
    chat = commands.add_parser("chat", help="talk to people; /help lists the commands")
    chat.add_argument("--as", dest="user", default="", metavar="NAME", help="user name to sign in with")
    chat.add_argument("--url", default=os.environ.get("PARLEY_URL", "http://localhost:8000"), help="the server")
    chat.add_argument("--token", default=os.environ.get("PARLEY_TOKEN", ""), help="a bearer token (or PARLEY_TOKEN)")
    chat.add_argument("--with", dest="peer", default="", metavar="NAME", help="open this person's chat at once")
    options = parser.parse_args()
    credentials = Credentials(options.url, options.token)
    with contextlib.suppress(KeyboardInterrupt):
        try:
            return asyncio.run(Chat(options.url, credentials, user=options.user, peer=options.peer).run())
        except ParleyError as problem:
            print(f"{problem} ({problem.code})", file=sys.stderr)  # noqa: T201 - this is a terminal program
            return 1
    return 130


if __name__ == "__main__":
    sys.exit(main())
