"""Foreign protocols as pure functions: no rows, no requests."""
