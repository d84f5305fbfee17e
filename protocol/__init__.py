"""The wire: what travels between Parley and its clients, and nothing about how.

Plain Python; imports nothing of Parley and no framework. Page: docs/protocol.md (generated from here).
"""
