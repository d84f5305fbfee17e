"""The browser client: one page shell and the committed bundle built from ``web/client``."""
