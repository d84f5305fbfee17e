"""Governance of large groups: creation, roles, joining, muting, moderation, audit. Stands above ``chat``."""
