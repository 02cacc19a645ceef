"""Settings, from the environment only. A bare environment is the embedded default: SQLite and a folder as broker.

Whatever is set wrongly stops the start with one sentence, and nothing is guessed in its place.
"""

import os
import re
import secrets
import tempfile
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, validate

from griffieportal.house_style import WrongStyle, read_house_style

BASE_DIR = Path(__file__).resolve().parent.parent
# each setting may also come from a file: SECRET_KEY_FILE names the file that holds SECRET_KEY
env = FileAwareEnv(strip_whitespace=True)


def _secret_key_of(data_dir: Path) -> str:
    """The key kept in data_dir, made at the first start; a fresh one each time where nothing can be written."""
    path = data_dir / "secret-key"
    try:
        return path.read_text()
    except OSError:
        key = secrets.token_urlsafe(64)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=data_dir, delete=False) as file:
            file.write(key)
        try:
            os.link(file.name, path)  # whoever comes second reads the first one's key
        finally:
            Path(file.name).unlink()
        return path.read_text()
    except FileExistsError:
        return path.read_text()
    except OSError:
        return key


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


# Where things are kept: the embedded database, the broker's folder and the uploaded files.
DATA_DIR: Path = env.path("DATA_DIR", BASE_DIR / "var").resolve()
SECRET_KEY: str = env.str("SECRET_KEY", "") or _secret_key_of(DATA_DIR)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DEBUG: bool = env.bool("DEBUG", False)

# The address that people type. Everything but this machine itself must be https.
SITE_URL: str = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
HTTPS = _site.scheme == "https"
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured("SITE_URL must be a web address such as https://portaal.gemeente.example")
if not HTTPS and not _is_loopback(_site.hostname):
    raise ImproperlyConfigured("SITE_URL must begin with https:// unless it is an address of this machine itself")
ALLOWED_HOSTS: list[str] = [_site.hostname, *env.list("ALLOWED_HOSTS", [])]
if not HTTPS:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = [SITE_URL, *env.list("CSRF_TRUSTED_ORIGINS", [])]

# How the municipality looks: its name, a picture, one or two colours, and a theme of the NL Design System.
try:
    HOUSE_STYLE = read_house_style(
        name=env.str("MUNICIPALITY_NAME", ""),
        logo=env.str("MUNICIPALITY_LOGO", ""),
        colours=env.str("MUNICIPALITY_COLORS", ""),
        theme=env.str("MUNICIPALITY_THEME", ""),
    )
except WrongStyle as error:
    raise ImproperlyConfigured(str(error)) from None

# PostgreSQL and Redis come together; without them the embedded default serves.
REDIS_URL: str = env.str("REDIS_URL", "")
EMBEDDED = not env.str("DATABASE_URL", "")
if bool(REDIS_URL) == EMBEDDED:
    raise ImproperlyConfigured("Set both DATABASE_URL and REDIS_URL, or neither for the embedded default")

INSTALLED_APPS = [
    "griffieportal",
    "newsletters",
    "events",
    "accounts",
    "griffieportal.apps.DeskConfig",  # django.contrib.admin with the first page of a griffier
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "griffieportal.middleware.trace_request",
    "csp.middleware.CSPMiddleware",
    "griffieportal.hardening.harden",
    "griffieportal.middleware.answer_machines",
    "django.middleware.security.SecurityMiddleware",
    "griffieportal.hardening.refuse_methods",
    "griffieportal.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "griffieportal.middleware.keep_private",
    "griffieportal.middleware.keep_sign_in",
    "griffieportal.middleware.keep_visit",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "griffieportal.middleware.ask_second_factor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "griffieportal.urls"
WSGI_APPLICATION = "griffieportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "griffieportal.house_style_views.house_style",
                "accounts.single_sign_on.context",
            ],
        },
    },
]

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "griffieportal.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
    # room for what is kept of searches, so that it does not push out how often somebody guessed
    _room = {"MAX_ENTRIES": 2000}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": _room}}
else:
    _database = env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # seconds
    # counting many filters at once looks costly enough to PostgreSQL to compile it, which costs more than it saves
    _database["OPTIONS"].setdefault("options", "-c jit=off")
    DATABASES = {"default": _database}
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a PostgreSQL address: postgres://user:password@host/name")
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The queue. The Import row is the truth about a job, so no results are kept.
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
if EMBEDDED:
    CELERY_BROKER_TRANSPORT = "griffieportal.broker:FolderTransport"
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,  # seconds
    }
    if EMBEDDED
    else {"global_keyprefix": "griffieportal:", "visibility_timeout": 3600}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Amsterdam"
CELERY_BEAT_SCHEDULER = "griffieportal.schedule:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "schedule")

# Reading newsletters: limits on one file, and how soon a dead worker's import is taken up again.
UPLOAD_MAX_BYTES: int = env.int("UPLOAD_MAX_BYTES", 25 * 1024 * 1024)
UPLOAD_MAX_FILES: int = env.int("UPLOAD_MAX_FILES", 300)
READING_MAX_SECONDS: int = env.int("READING_MAX_SECONDS", 20)
READING_MAX_MEMORY: int = env.int("READING_MAX_MEMORY", 512 * 1024 * 1024)  # bytes
IMPORT_STALE_SECONDS: int = env.int("IMPORT_STALE_SECONDS", 12)
IMPORT_MAX_ATTEMPTS: int = env.int("IMPORT_MAX_ATTEMPTS", 3)
AUDIT_LOG = DATA_DIR / "audit.log"
AUDIT_CHAIN = DATA_DIR / "audit-chain"  # where the chain in it ends
WORKER_SIGN_OF_LIFE = DATA_DIR / "worker-alive"
SCHEDULE_SIGN_OF_LIFE = DATA_DIR / "schedule-alive"
WORKER_SIGN_SECONDS = 2.0  # between two signs of life
CELERY_BEAT_SCHEDULE = {
    "take up stale imports": {
        "task": "newsletters.tasks.sweep_imports",
        "schedule": max(1.0, IMPORT_STALE_SECONDS / 4),
        "options": {"expires": 60},
    },
    # a message may wait behind many uploads; the row says whether it is still to be done
    "publish what is planned": {
        "task": "newsletters.tasks.publish_planned",
        "schedule": 15.0,
        "options": {"expires": 600},
    },
    "send mails that wait": {
        "task": "accounts.tasks.sweep_mails",
        "schedule": 20.0,
        "options": {"expires": 60},
    },
    "erase what is too old and remind the griffie": {
        "task": "griffieportal.tasks.keep_up",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

# The 50 MB of a file that is too large must still arrive, so that it can be told and kept; and so must a form with
# too many files, so that it is told how many it may hold.
DATA_UPLOAD_MAX_NUMBER_FILES = 4 * UPLOAD_MAX_FILES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Where uploaded files lie: in DATA_DIR, or in a bucket (S3, or what speaks as it does) that several machines share.
S3_BUCKET: str = env.str("S3_BUCKET", "")
S3_ENDPOINT: str = env.str("S3_ENDPOINT", "").rstrip("/")
S3_REGION: str = env.str("S3_REGION", "us-east-1" if S3_ENDPOINT else "")
S3_ACCESS_KEY_ID: str = env.str("S3_ACCESS_KEY_ID", "")
S3_SECRET_ACCESS_KEY: str = env.str("S3_SECRET_ACCESS_KEY", "")
S3_PREFIX: str = env.str("S3_PREFIX", "").strip("/")
S3_PATH_STYLE: bool = env.bool("S3_PATH_STYLE", bool(S3_ENDPOINT))
S3_CHECKSUMS: bool = env.bool("S3_CHECKSUMS", True)
_files: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": DATA_DIR / "uploads"},
}
if S3_BUCKET:
    _store = urlsplit(S3_ENDPOINT)
    if S3_ENDPOINT and (not _store.hostname or (_store.scheme != "https" and not _is_loopback(_store.hostname))):
        raise ImproperlyConfigured("S3_ENDPOINT must begin with https://")
    if _store.username or _store.query:
        raise ImproperlyConfigured("S3_ENDPOINT is an address only; the keys are S3_ACCESS_KEY_ID and its secret")
    if not (S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY):
        raise ImproperlyConfigured("S3_BUCKET needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY")
    if not S3_REGION:
        raise ImproperlyConfigured("S3_BUCKET needs S3_REGION, or S3_ENDPOINT where it is not at Amazon")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", S3_BUCKET):
        raise ImproperlyConfigured("S3_BUCKET must be the name of a bucket: 3 to 63 of a-z, 0-9, dots and hyphens")
    if not re.fullmatch(r"([A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?", S3_PREFIX):
        raise ImproperlyConfigured("S3_PREFIX must be a folder such as portaal/uploads")
    _files = {
        "BACKEND": "griffieportal.object_store.ObjectStore",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT or None,
            "region_name": S3_REGION,
            "access_key": S3_ACCESS_KEY_ID,
            "secret_key": S3_SECRET_ACCESS_KEY,
            "location": S3_PREFIX,
            "addressing_style": "path" if S3_PATH_STYLE else "virtual",
            "checksums": S3_CHECKSUMS,
        },
    }
elif S3_ENDPOINT or S3_ACCESS_KEY_ID or S3_SECRET_ACCESS_KEY:
    raise ImproperlyConfigured("S3_BUCKET is missing: without it files would stay on this machine")
# With a bucket machines share no DATA_DIR, so the signs of life of worker and schedule are in Redis.
SIGNS_IN_CACHE = bool(S3_BUCKET) and not EMBEDDED

STATIC_URL = "/static/"
# A folder for each version of the code, as the folder that it stands in is called: none writes where another reads.
STATIC_VERSIONS = DATA_DIR / "static"
STATIC_ROOT: Path = env.path("STATIC_ROOT", STATIC_VERSIONS / BASE_DIR.name)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# People log in with their e-mail address; accounts are made by the griffie, never by signing up.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.passwords.ResetTokens"  # noqa: S105 - a name
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # as a mail that the outbox never sends: known and unknown cost the same
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A code by mail instead of the password. Greylisting may hold a mail up for some minutes; longer than ten a code must
# not live (OWASP ASVS 6.5.5).
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
# "ask" is asking for access; a whole council in one building has one address
ACCOUNT_RATE_LIMITS: dict[str, str] = {"ask": "30/10m/ip,200/d/ip", "request_login_code": "40/m/ip,3/m/key,20/h/key"}
# Logging in with the account at the municipality. Without an issuer there is no such log-in.
OIDC_ISSUER: str = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", "")
OIDC_NAME: str = env.str("OIDC_NAME", "het account van uw gemeente")
OIDC_TRUST_EMAIL: bool = env.bool("OIDC_TRUST_EMAIL", False)
OIDC_IS_SECOND_FACTOR: bool = env.bool("OIDC_IS_SECOND_FACTOR", False)
if OIDC_ISSUER:
    _issuer = urlsplit(OIDC_ISSUER)
    if not _issuer.hostname or (_issuer.scheme != "https" and not _is_loopback(_issuer.hostname)):
        raise ImproperlyConfigured("OIDC_ISSUER must begin with https://")
    if not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
        raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
    if OIDC_TRUST_EMAIL and {"common", "organizations", "consumers"} & set(_issuer.path.split("/")):
        raise ImproperlyConfigured("OIDC_TRUST_EMAIL trusts one tenant: put its own id into OIDC_ISSUER")
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may be sent to the portal itself only, and this ends elsewhere
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "gemeente",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# A second step: a code of an app, a passkey or a recovery code. Who works for the griffie cannot do without where the
# portal is really served; on this machine itself it is only offered.
SECOND_FACTOR_FOR_STAFF: bool = env.bool("SECOND_FACTOR_FOR_STAFF", HTTPS and not DEBUG)
SECOND_FACTOR_FOR_MEMBERS: bool = env.bool("SECOND_FACTOR_FOR_MEMBERS", False)
MFA_ADAPTER = "accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow http for localhost only
MFA_TOTP_TOLERANCE = 1  # the code before and after: clocks differ, and typing takes its time
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the griffie made the account for this address
MFA_RATE_LIMITS: dict[str, str] = {"webauthn_login": "60/m/ip"}  # twice for each log-in, and a council has one address
MFA_FORMS = {
    "authenticate": "accounts.forms_log_in.SecondStepForm",
    "reauthenticate": "accounts.forms_log_in.SecondStepAgainForm",
    "activate_totp": "accounts.forms_log_in.StartAppForm",
    "add_webauthn": "accounts.forms_log_in.AddPasskeyForm",
    "edit_webauthn": "accounts.forms_log_in.RenamePasskeyForm",
    "authenticate_webauthn": "accounts.forms_log_in.PasskeyForm",
    "reauthenticate_webauthn": "accounts.forms_log_in.PasskeyAgainForm",
    "login_webauthn": "accounts.forms_log_in.PasskeyLogInForm",
}
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms_log_in.RequestCodeForm",
    "confirm_login_code": "accounts.forms_log_in.ConfirmCodeForm",
}
# Requests from a domain that the griffie trusts are marked; only with this they need no decision.
TRUSTED_DOMAINS_LET_IN: bool = env.bool("TRUSTED_DOMAINS_LET_IN", False)
# A mandate that ends: the mail before it (0: none), and how long the account waits before it is erased.
MANDATE_WARNING_DAYS: int = env.int("MANDATE_WARNING_DAYS", 14, validate=validate.Range(min=0, max=365))
ENDED_MEMBERS_KEPT_DAYS: int = env.int("ENDED_MEMBERS_KEPT_DAYS", 90, validate=validate.Range(min=1, max=3650))
# How long other things of people are kept; griffieportal.tasks.keep_up erases them. 0: for ever.
UNCONFIRMED_REQUESTS_KEPT_DAYS: int = env.int(
    "UNCONFIRMED_REQUESTS_KEPT_DAYS", 14, validate=validate.Range(min=1, max=90)
)
# who was rejected is told so again for thirty days, which follows from the request
DECIDED_REQUESTS_KEPT_DAYS: int = env.int("DECIDED_REQUESTS_KEPT_DAYS", 365, validate=validate.Range(min=30, max=3650))
MAILS_KEPT_DAYS: int = env.int("MAILS_KEPT_DAYS", 14, validate=validate.Range(min=1, max=365))
DEVICES_KEPT_DAYS: int = env.int("DEVICES_KEPT_DAYS", 365, validate=validate.Range(min=30, max=3650))
HISTORY_KEPT_DAYS: int = env.int("HISTORY_KEPT_DAYS", 1825, validate=validate.Range(min=0, max=36500))
ORIGINALS_KEPT_DAYS: int = env.int("ORIGINALS_KEPT_DAYS", 0, validate=validate.Range(min=0, max=36500))
SESSION_DAYS: int = env.int("SESSION_DAYS", 14, validate=validate.Range(min=1, max=90))
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 3600
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# How long a session lasts, used or not, and for the griffie how long it may lie unused; see accounts.sessions.
SESSION_MAX_DAYS: int = env.int("SESSION_MAX_DAYS", 30, validate=validate.Range(min=1, max=365))
STAFF_SESSION_MAX_DAYS: int = env.int("STAFF_SESSION_MAX_DAYS", 14, validate=validate.Range(min=1, max=365))
STAFF_SESSION_IDLE_HOURS: int = env.int("STAFF_SESSION_IDLE_HOURS", 72, validate=validate.Range(min=1, max=336))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotAboutOneself"},
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Where no server is set, mail is written to the log's stream on this machine itself, and nowhere else.
EMAIL_BACKEND = "griffieportal.mail.NoServer" if HTTPS else "django.core.mail.backends.console.EmailBackend"
if env.str("EMAIL_URL", ""):
    _mail = env.dj_email_url("EMAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_TIMEOUT = 15  # seconds
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"griffieportal@{_site.hostname}")

LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# Nothing from elsewhere, nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"


def _contact(name: str) -> str:
    """A mail address or a web page, as something to link to; empty where none is set."""
    value: str = env.str(name, "").removeprefix("mailto:")
    if value.startswith("https://") or not value:
        return value
    if "://" in value or value.count("@") != 1 or any(sign.isspace() for sign in value):
        raise ImproperlyConfigured(f"{name} must be a mail address or begin with https://")
    return f"mailto:{value}"


# Whom to tell of a leak, shown in /.well-known/security.txt; whom to ask, and the data protection officer, shown on
# the pages about privacy and accessibility.
SECURITY_CONTACT = _contact("SECURITY_CONTACT")
CONTACT = _contact("CONTACT")
PRIVACY_OFFICER = _contact("PRIVACY_OFFICER")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    # behind a proxy: the limits on guessing count the address that it saw, not the proxy's own
    ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", 1)
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

# Seen from outside. Logs are lines for people on this machine, and JSON where the portal is really served.
LOG_FORMAT: str = env.str("LOG_FORMAT", "json" if HTTPS else "line", validate=validate.OneOf(["line", "json"]))
METRICS_TOKEN: str = env.str("METRICS_TOKEN", "")  # without one only this machine itself may read them
DISK_MIN_FREE_BYTES: int = env.int("DISK_MIN_FREE_BYTES", 250 * 1024 * 1024)
BACKUP_ENCRYPT_TO: str = env.str("BACKUP_ENCRYPT_TO", "")  # a public key of age or gpg
SENTRY_DSN: str = env.str("SENTRY_DSN", "")
SENTRY_ENVIRONMENT: str = env.str("SENTRY_ENVIRONMENT", "production")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "griffieportal.tracing.AddRequestId"},
        "hide secrets": {"()": "griffieportal.logs.HideSecrets"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "griffieportal.tracing.JsonLines"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request_id", "hide secrets"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "newsletters": {"level": "INFO"},
        "events": {"level": "INFO"},
        "accounts": {"level": "INFO"},
        "griffieportal": {"level": "INFO"},
        "griffieportal.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
