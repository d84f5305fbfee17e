"""Sample apps, each in one file."""
