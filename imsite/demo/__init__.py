"""The demo company: who works there (``people``), what was said (``*.txt``), and what puts it into the database."""
