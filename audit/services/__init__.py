"""Writing the log; reading it is in ``selectors``."""
