"""The browser client's bars, measured in headless Chromium against a real server of the embedded form."""
