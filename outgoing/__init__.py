"""What the server fetches or posts elsewhere on somebody's behalf, without being led to its own network. Plain Python."""
