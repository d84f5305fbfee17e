"""Reaching people who are away: who deserves a push, through which provider, with which retries."""
