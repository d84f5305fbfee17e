"""Software of others, unmodified, against a running server: what it is told must be what it expects."""
