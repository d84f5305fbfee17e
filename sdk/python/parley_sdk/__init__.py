"""Parley's client kit for Python."""
