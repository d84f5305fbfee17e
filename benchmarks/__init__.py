"""Load generators and their recorded results: what Parley carries on one machine, counted from client ledgers.

Not tests: nothing here fails because a machine was slow. Page: docs/operations.md, section Benchmarks.
"""
