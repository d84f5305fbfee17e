"""A throw-away server with fake people and faults on demand, for the tests of who writes apps. Page: docs/howto/sandbox.md."""
