"""The settings of the product with what a test run needs: nothing shared with another run, nothing slow by design.

With DATABASE_URL and REDIS_URL set, the tests run in the scaled form; with nothing set, in the embedded one.
"""

import atexit
import os
import shutil
import tempfile

#: One folder and one prefix per process: runs and their parallel workers never see each other's files or Redis keys.
_var = tempfile.mkdtemp(prefix="parley-test-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["PARLEY_VAR"] = _var
os.environ["PARLEY_REDIS_PREFIX"] = f"test-{os.getpid()}"
os.environ.setdefault("PARLEY_SECRET_KEY", "for-tests-only-" + "x" * 50)
os.environ.setdefault("PARLEY_HOSTS", "testserver,localhost,127.0.0.1,[::1]")
os.environ.setdefault("PARLEY_SECURE", "0")
# What a test wrote need not survive a power cut.
os.environ.setdefault("PARLEY_SQLITE_SYNCHRONOUS", "OFF")
# No pool: its connections would keep the test database from being dropped.
os.environ.setdefault("PARLEY_DB_POOL", "0")


from imsite.settings import *  # noqa: E402, F403 - the environment comes first

# Argon2 takes 50 ms on purpose; tests sign in often.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The manifest needs collectstatic before any page renders.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Loading imsite.asgi starts no worker here: its thread would hold the test database. Tests of listeners call the tasks.
EMBEDDED_WORKER = False
# Nor a thread that writes samples.
DASHBOARD = False
# The provider that only writes a log line: devices of tests may be woken through it.
PUSH_CONSOLE = True
