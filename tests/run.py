"""What ``make test``, ``lint``, ``bench``, ``bench-web`` and ``screenshots`` run: steps one after the other, with servers
started for them, and one last line.

A step that fails does not stop the next one: one run says everything. What a step found missing on this machine is said
in the last line too, so that nothing is left out silently.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import Keeper, Postgres, Redis, machine, programs

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
#: Two workers: pages, servers and databases of the tests need the rest of a small machine.
WORKERS = os.environ.get("PARLEY_TEST_WORKERS", "2")
#: Folders with a package.json whose ``check`` and ``test`` scripts are run.
SCRIPTED = ("sdk/js", "sdk/widget", "web/client")


@dataclass
class Run:
    """The steps so far: what each said, and how long it took. ``keeper`` ends them and their servers with this process."""

    keeper: Keeper
    began: float = field(default_factory=time.monotonic)
    failed: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def step(self, name: str, command: list[str], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> bool:
        """Run one command in full view."""
        print(f"\n── {name}", flush=True)
        began = time.monotonic()
        process = self.keeper.start(command, cwd=cwd, env=dict(env or os.environ))
        try:
            code = process.wait()
        finally:
            self.keeper.stop(process)
        self.note(name, ok=code == 0, seconds=time.monotonic() - began)
        return code == 0

    def note(self, name: str, *, ok: bool, seconds: float) -> None:
        """Remember how a step ended."""
        line = f"{name} ({seconds:.0f} s)"
        (self.passed if ok else self.failed).append(line)
        print(f"── {'ok' if ok else 'FAILED'}: {line}", flush=True)

    def finish(self) -> int:
        """The last line; answers the exit status."""
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        if self.left_out:
            print("\nleft out: " + "; ".join(self.left_out))
        if self.failed:
            print(f"\nFAILED after {minutes}:{seconds:02}: {', '.join(self.failed)}; passed: {len(self.passed)} steps")
            return 1
        print(f"\nPASSED in {minutes}:{seconds:02}: {', '.join(self.passed)}")
        return 0


def tool(name: str) -> str:
    """A program of the virtual environment."""
    return str(BIN / name)


def lint(run: Run) -> None:
    """Style, types, floors, and the architecture's own tests."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run.step("ruff", [tool("ruff"), "check", "."])
    run.step("format", [tool("ruff"), "format", "--check", "."])
    run.step("floors", [tool("lint-imports")], env=env)
    run.step("types", [tool("mypy"), "."])
    run.step("sizes, mirror, events", [tool("pytest"), "tests/test_architecture.py"], env=plain())


def plain() -> dict[str, str]:
    """The environment of the embedded form."""
    return {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}


def scaled(keeper: Keeper, *, durable: bool = False) -> dict[str, str]:
    """The environment of the scaled form: addresses that were given, or servers of our own."""
    env = dict(os.environ)
    if not env.get("DATABASE_URL"):
        postgres = Postgres(keeper, durable=durable)
        env["DATABASE_URL"] = postgres.create("parley")
        print(f"PostgreSQL {postgres.version} started (pid {postgres.process.pid})", flush=True)
    if not env.get("REDIS_URL"):
        redis = Redis(keeper)
        env["REDIS_URL"] = redis.url()
        print(f"Redis {redis.version} started (port {redis.port}, pid {redis.process.pid})", flush=True)
    return env


def scripts(run: Run) -> None:
    """Types and tests of what is written in TypeScript, and that the committed bundle is what its source makes."""
    folders = [ROOT / each for each in SCRIPTED if (ROOT / each / "package.json").exists()]
    node = programs.node() if folders else None
    if node is None:
        run.left_out.append(f"TypeScript tests (no Node ≥ {'.'.join(map(str, programs.OLDEST_NODE))})")
        return
    env = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "CI": "1"}
    for folder in folders:
        name = str(folder.relative_to(ROOT))
        npm = str(node / "npm")
        if not run.step(
            f"{name} install", [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env=env, cwd=folder
        ):
            continue
        declared = (folder / "package.json").read_text()
        for script in ("check", "test", "verify"):
            if f'"{script}":' in declared:
                run.step(f"{name} {script}", [npm, "run", "--silent", script], env=env, cwd=folder)


def test(run: Run) -> None:
    """Everything."""
    pytest = [tool("pytest"), "-n", WORKERS, "--dist", "loadfile", "-m", "not browser"]
    lint(run)
    run.step("tests on SQLite and memory", pytest, env=plain())
    began = time.monotonic()
    try:
        env = scaled(run.keeper)
    except machine.Missing as problem:
        print(problem, file=sys.stderr)
        run.note("PostgreSQL and Redis", ok=False, seconds=time.monotonic() - began)
    else:
        run.step("tests on PostgreSQL and Redis", pytest, env=env)
    scripts(run)
    try:
        browser = programs.for_browser()
    except machine.Missing as problem:
        print(problem, file=sys.stderr)
        run.note("Chromium", ok=False, seconds=0)
    else:
        env = {**plain(), **browser}
        pages = [tool("pytest"), "-n", WORKERS, "--dist", "loadfile", "-m", "browser", "--timeout", "300"]
        run.step("tests in a real browser", pages, env=env)


def bench(run: Run) -> None:
    """Measurements, on a PostgreSQL that keeps its promises (fsync on) and a Redis started for them."""
    env = scaled(run.keeper, durable=True)
    run.step("benchmarks", [sys.executable, "-m", "benchmarks", *sys.argv[2:]], env=env)


def bench_web(run: Run) -> None:
    """The browser client's bars, against a server of the embedded form that is started for them."""
    env = {**plain(), **programs.for_browser()}
    client = ROOT / "web/client"
    node = programs.node()
    # The kit's core is counted as one script, which Vite makes.
    if node is not None and not (client / "node_modules/vite").exists():
        install = [str(node / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run.step("web/client install", install, env=env, cwd=client)
    run.step("benchmarks of the browser client", [sys.executable, "-m", "benchmarks.web", *sys.argv[2:]], env=env)


def screenshots(run: Run) -> None:
    """Pictures of the main screens, of a demo company that is made and served for them."""
    env = {**plain(), **programs.for_browser()}
    run.step("screenshots", [sys.executable, "-m", "docs.make_screenshots", *sys.argv[2:]], env=env)


STEPS: Mapping[str, Callable[[Run], None]] = {
    "test": test,
    "lint": lint,
    "bench": bench,
    "bench-web": bench_web,
    "screenshots": screenshots,
}


def main() -> int:
    """Runs what was asked for."""
    try:
        with Keeper() as keeper:
            run = Run(keeper)
            STEPS[sys.argv[1]](run)
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    return run.finish()


if __name__ == "__main__":
    sys.exit(main())
