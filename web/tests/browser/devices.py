"""The kit alone in a page: bundled once, run in an empty page of the real server with the session of whoever signed in."""

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "client"
PATH = "/livez"


@cache
def script() -> str:
    """``device.ts`` with the kit, as one script. Needs Node and ``npm ci`` in web/client."""
    vite = CLIENT / "node_modules/vite/dist/node/index.js"
    with tempfile.TemporaryDirectory(prefix="parley-device-") as folder:
        code = (
            f"const {{ build }} = await import({json.dumps(vite.as_uri())});"
            f"await build({{ configFile: false, logLevel: 'silent', root: {json.dumps(str(HERE))}, build: {{"
            f" lib: {{ entry: 'device.ts', formats: ['iife'], name: 'device_page', fileName: 'device' }},"
            f" outDir: {json.dumps(folder)}, target: 'es2022', minify: false }} }});"
        )
        subprocess.run(["node", "--input-type=module", "-e", code], check=True, cwd=CLIENT)
        (made,) = (each for each in Path(folder).iterdir() if each.suffix == ".js")
        return made.read_text(encoding="utf-8")


class Device:
    """One device of a person who is signed in in ``context``."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        # A page of the server itself: one made up by the driver may open no socket to this machine.
        self.page.goto(url + PATH)
        self.page.evaluate(f"() => {{ {script()} }}")

    def start(self, steps: list[tuple[str, float, float]], peer: int) -> Any:
        """Begins the steps and answers at once; ``finish`` waits."""
        return self.page.evaluate_handle("([steps, peer]) => ({done: device.run(steps, peer)})", [steps, peer])

    @staticmethod
    def finish(handle: Any) -> int:
        """How many steps were taken."""
        return int(handle.evaluate("(kept) => kept.done"))

    def state(self) -> dict[str, Any]:
        """online, waiting, unsent, refused."""
        return dict(self.page.evaluate("() => device.state()"))

    def digest(self) -> dict[str, Any]:
        """What has to be equal on all devices."""
        return dict(self.page.evaluate("() => device.digest()"))

    def quiet(self) -> bool:
        """Whether all was sent and answered."""
        now = self.state()
        return now["online"] and not now["waiting"] and not now["unsent"]
