"""Reaching and serving apps; and the HTTP door in ``openplatform.api``."""
