"""All settings, from the environment, working with nothing set: that is the embedded form.

DATABASE_URL and REDIS_URL turn on the scaled form. Rooms keep their own tunables in ``conf.py``. Page: docs/operations.md.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

from imsite import logs, secret_key

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
#: Everything the running server writes: database, uploads, secret, static files.
VAR_DIR = Path(env("PARLEY_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DATABASE_URL = env("DATABASE_URL", default="")
REDIS_URL = env("REDIS_URL", default="")
#: In front of every Redis key and channel: two installations, or two test runs, may share one Redis.
REDIS_PREFIX = env("PARLEY_REDIS_PREFIX", default="parley")
#: Whether several processes share the work (set by the two addresses above, never by itself).
SCALED = bool(REDIS_URL)
DEBUG = env.bool("PARLEY_DEBUG", default=False)


def _needed(name: str, why: str) -> str:
    """A variable without which the scaled form must not start; processes with different made-up values would disagree."""
    given = env(name, default="")
    if SCALED and not given:
        raise SystemExit(f"{name} is not set: {why} The list of all variables: deploy/parley.env.example")
    return str(given)


SECRET_KEY = _needed(
    "PARLEY_SECRET_KEY", "sessions and tokens are signed with it, by every process with the same one."
) or secret_key.kept_in(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("PARLEY_OLD_SECRET_KEYS", default=[])
_hosts = _needed("PARLEY_HOSTS", "the names under which people reach this server, for instance im.example.com.")
ALLOWED_HOSTS = (_hosts or "localhost,127.0.0.1,[::1]").split(",")
#: Whether people reach this server over TLS (directly or through a proxy).
SECURE = env.bool("PARLEY_SECURE", default=SCALED)
CSRF_TRUSTED_ORIGINS = env.list("PARLEY_ORIGINS", default=[])

INSTALLED_APPS = [
    "daphne",
    # Before Django's auth: its changepassword would pass the service by.
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "audit",
    "chat",
    "identity",
    "groups",
    "compliance",
    "push",
    "openplatform",
    "web",
    "imsite",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.DeviceAuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "imsite.urls"
ASGI_APPLICATION = "imsite.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

#: FULL: what was acknowledged survives a power cut too, for a write to the disk per commit (docs/decisions/0011).
SYNCHRONOUS = env("PARLEY_SQLITE_SYNCHRONOUS", default="FULL")
# Databases: SQLite with one writer at a time by the file's lock, or PostgreSQL through psycopg's pool.
DATABASES: dict[str, dict[str, Any]]
if DATABASE_URL:
    DATABASES = {"default": dict(env.db_url_config(DATABASE_URL))}
    # A unix socket's folder comes as %2Frun%2Fpostgresql, as in libpq's own addresses.
    DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])
    # Under ASGI a kept connection leaks, one per request thread; the pool keeps them.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"].setdefault("OPTIONS", {})
    if env.bool("PARLEY_DB_POOL", default=True):
        DATABASES["default"]["OPTIONS"]["pool"] = {
            "min_size": env.int("PARLEY_DB_POOL_MIN", default=2),
            "max_size": env.int("PARLEY_DB_POOL_MAX", default=16),
        }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "parley.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={SYNCHRONOUS}; PRAGMA cache_size=-32000;",
            },
            # A file: the lanes are threads, and memory is one connection's.
            "TEST": {"NAME": str(VAR_DIR / "test.sqlite3")},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "chat.layer.RedisLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": REDIS_PREFIX},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "imsite.cache.SharedRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_PREFIX,
        }
    }
    #: Who has RabbitMQ may give tasks to it (amqp://…); a virtual host for each installation takes the prefix's place.
    CELERY_BROKER_URL = env("PARLEY_BROKER", default=REDIS_URL)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
        {"confirm_publish": True} if CELERY_BROKER_URL.startswith("amqp") else {"global_keyprefix": f"{REDIS_PREFIX}:"}
    )
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "memory://localhost/"
    # A task is picked up this many seconds later at most; Celery's own 1.0 would be seen by people.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}
#: Worker and beat as threads of the server process (imsite/embedded.py). The memory broker reaches no other process.
EMBEDDED_WORKER = env.bool("PARLEY_EMBEDDED_WORKER", default=not REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

#: What browsers' push services know this installation by (VAPID). Another key makes every subscription void.
PUSH_PRIVATE_KEY = env("PARLEY_PUSH_KEY", default="") or secret_key.kept_in(
    VAR_DIR / "push_key", secret_key.new_signing_key
)

#: Phones, each when it is set up: a Firebase service account, Apple's key, the operator's own gateway (docs/operations.md).
PUSH_FCM_ACCOUNT = env("PARLEY_FCM_ACCOUNT", default="")
PUSH_APNS_KEY = env("PARLEY_APNS_KEY", default="").replace("\\n", "\n")
PUSH_APNS_KEY_ID = env("PARLEY_APNS_KEY_ID", default="")
PUSH_APNS_TEAM = env("PARLEY_APNS_TEAM", default="")
PUSH_APNS_TOPIC = env("PARLEY_APNS_TOPIC", default="")
PUSH_APNS_URL = env("PARLEY_APNS_URL", default="https://api.push.apple.com")
PUSH_GATEWAY_URL = env("PARLEY_PUSH_GATEWAY", default="")
PUSH_GATEWAY_SECRET = env("PARLEY_PUSH_GATEWAY_SECRET", default="")
#: A push service in a network of the operator's own: browsers may name it, and these ports of it.
PUSH_OUTGOING_NETWORKS = env.list("PARLEY_PUSH_NETWORKS", default=[])
PUSH_OUTGOING_PORTS = env.list("PARLEY_PUSH_PORTS", cast=int, default=[443])
#: Letters: PARLEY_MAIL_FROM switches them on; the mail server as smtp://user:password@host:25, smtp+tls:// or smtp+ssl://.
PUSH_MAIL_FROM = env("PARLEY_MAIL_FROM", default="")
PUSH_SITE = env("PARLEY_SITE", default=f"{'https' if SECURE else 'http'}://{ALLOWED_HOSTS[0]}")
vars().update(env.email_url("PARLEY_MAIL_URL", default="smtp://localhost:25"))

#: Link previews: whether this server fetches pages that people link to, and which of its own networks it may reach then.
CHAT_LINK_PREVIEWS = env.bool("PARLEY_LINK_PREVIEWS", default=True)
CHAT_OUTGOING_NETWORKS = env.list("PARLEY_OUTGOING_NETWORKS", default=[])

#: Events of apps: networks of the operator's own that they may be posted to besides public addresses, and plain http.
OPENPLATFORM: dict[str, Any] = {
    "webhook_networks": tuple(env.list("PARLEY_WEBHOOK_NETWORKS", default=[])),
    "webhook_plain": env.bool("PARLEY_WEBHOOK_PLAIN", default=False),
    "public_url": env("PARLEY_PUBLIC_URL", default=""),
    "slack_socket_seconds": env.float("PARLEY_SLACK_SOCKET_SECONDS", default=3600),
}

#: Providers of identity in the company's own network: docs/identity.md.
IDENTITY: dict[str, Any] = {
    "issuer": env("PARLEY_FACTOR_ISSUER", default="Parley"),
    "networks": tuple(env.list("PARLEY_IDENTITY_NETWORKS", default=[])),
    "ports": tuple(env.list("PARLEY_IDENTITY_PORTS", cast=int, default=[])),
    "plain": env.bool("PARLEY_IDENTITY_PLAIN", default=False),
}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/signin/"

#: What identity tokens are signed with (RSA, PEM; line ends may be written as \\n). Every process needs the same one.
OIDC_KEY = env("PARLEY_OIDC_KEY", default="").replace("\\n", "\n") or secret_key.kept_in(
    VAR_DIR / "oidc_key", secret_key.new_rsa_key
)

OAUTH2_PROVIDER_APPLICATION_MODEL = "openplatform.App"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "openplatform.AccessToken"  # noqa: S105 - a model's name
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "openplatform.RefreshToken"  # noqa: S105 - a model's name
OAUTH2_PROVIDER_GRANT_MODEL = "openplatform.Grant"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "openplatform.IDToken"  # noqa: S105 - a model's name
OAUTH2_PROVIDER = {
    # RFC 9700 throughout: hashed tokens, S256 only, no implicit or password grant, no token in an address.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # No second use, not even soon: the toolkit cannot repeat an answer whose tokens it keeps only as hashes.
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 86_400,
    "ID_TOKEN_EXPIRE_SECONDS": 3600,
    "ACCESS_TOKEN_GENERATOR": "openplatform.oauth.validator.new_access_token",
    "REFRESH_TOKEN_GENERATOR": "openplatform.oauth.validator.new_refresh_token",
    "OAUTH2_VALIDATOR_CLASS": "openplatform.oauth.validator.Validator",
    "SCOPES_BACKEND_CLASS": "openplatform.oauth.validator.Scopes",
    "OAUTH2_GRANT_TYPES_SUPPORTED": [
        "authorization_code",
        "client_credentials",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH_DEVICE_VERIFICATION_URI": "/oauth/device",
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": OIDC_KEY,
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_ISS_ENDPOINT": env("PARLEY_ISSUER", default=""),
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"] if SECURE else ["https", "http"],
    "PKCE_REQUIRED": True,
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
#: The embedded form serves files where they lie; the scaled one what ``collectstatic`` gathered, named by content.
WHITENOISE_USE_FINDERS = not SCALED
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = (
    r"^/static/web/[\w-]+\.[0-9a-f]{12}\.(js|css)$"  # the client's bundle, named by content
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if SCALED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o640

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("PARLEY_SSL_REDIRECT", default=SECURE)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: Whether a proxy of the operator's writes the last entry of X-Forwarded-For.
BEHIND_PROXY = env.bool("PARLEY_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

#: Whether each process keeps what it counted lately in the cache, for the plots at the front of the admin.
DASHBOARD = env.bool("PARLEY_DASHBOARD", default=True)
#: /metrics is shown to who sends this as a bearer token; without one, to this machine only.
METRICS_TOKEN = env("PARLEY_METRICS_TOKEN", default="")
#: The embedded form speaks when something is wrong; the scaled one writes a line for every answer.
LOGGING = logs.configure(
    machine_readable=SCALED, level=env("PARLEY_LOG_LEVEL", default="INFO" if SCALED else "WARNING").upper()
)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "openplatform.api.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Parley",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "validatorUrl": None},
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}},
    "PREPROCESSING_HOOKS": ["openplatform.api.schema.drop_slashed"],
    "POSTPROCESSING_HOOKS": ["openplatform.api.schema.complete"],
}
