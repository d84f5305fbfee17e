"""Layer 1: a connection that heals itself. Knows frames only as far as hello, heartbeat and close codes go."""
