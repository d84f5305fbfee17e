"""Breaks a running cluster on purpose and counts what came of it, from what clients saw: ``make chaos``.

``network`` lies to sockets, ``schedule`` says by a seed what breaks when, ``people`` talk and keep ledgers, ``checker``
compares them with the message table, ``planted`` holds bugs that the checker must report, ``chaos`` runs it all.
"""
