"""The scaled form on one machine, without containers (``make cluster``): laid out as in production, thrown away at the end."""
