"""Wiring: settings, addresses, ASGI, Celery, the embedded form. Imports all rooms; imported by none."""

from imsite.celery import app as celery_app

__all__ = ["celery_app"]
