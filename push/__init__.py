"""Reaching people who are away. Its mechanisms arrive with the push feature."""
