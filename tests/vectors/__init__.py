"""Samples of everything on the wire, shared by the server's tests and those of every client kit.

``samples_*`` hold typed values; ``python -m tests.vectors`` writes them as frames.json, replies.json and events.json.
"""
