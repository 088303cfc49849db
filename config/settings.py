"""Settings in Django's order.  Every value comes from the environment (or the git-ignored ``.env``); what is
unsafe must be asked for, and what is missing stops the start.  docs/configuration.md lists every name."""

from __future__ import annotations

from pathlib import Path

import environ
from celery.schedules import crontab, schedule
from csp.constants import NONCE, NONE, SELF

from config import logs
from config.valkey import laptop_socket

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Values of the environment win over those of the file; an empty name reads no file (the tests do that).
ENV_FILE = env("SULUH_ENV_FILE", default=str(BASE_DIR / ".env"))
if Path(ENV_FILE).is_file():
    env.read_env(ENV_FILE)

# The demonstration: printed passwords, no second step, a demonstration key; loopback only (design, section 4).
SULUH_DEMO = env.bool("SULUH_DEMO", default=False)
VAR_DIR = Path(env("SULUH_VAR", default=str(BASE_DIR / "var")))
# The keys that sign certificates; only the signing worker also gets SULUH_KEY_PASSPHRASE in its environment.
SULUH_KEY_DIR = Path(env("SULUH_KEY_DIR", default=str(VAR_DIR / "keys")))
# Issued certificates, each file under its own hash.
CERTIFICATE_DIR = VAR_DIR / "certificates"
# The transparency log as it is served, and what of it is kept outside the database to notice an older one.
LOG_DIR = VAR_DIR / "log"
LOG_CHECKPOINT_DIR = Path(env("LOG_CHECKPOINT_DIR", default=str(VAR_DIR / "log-kept")))
# Who is mailed the signed state of the log (empty: nobody), daily while it grows and after so many entries.
LOG_WITNESS_EMAIL = env("LOG_WITNESS_EMAIL", default="")
LOG_WITNESS_EVERY = env.int("LOG_WITNESS_EVERY", default=500)
# Where the outside world reaches us; frozen into each certificate and its QR.
PUBLIC_BASE_URL = env("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
# Who signs the files: "local" (our own seal), "bsre" (an organization's seal at the state's service), "bsre-person"
# (the signatory's own signature there) or "human" (somebody with another tool).
SULUH_SIGNER = env("SULUH_SIGNER", default="local")
# Root certificates (PEM) that signatures of persons must lead to, and those of BSrE.
SIGNATORY_ROOTS = Path(env("SIGNATORY_ROOTS", default=str(VAR_DIR / "signatory-roots.pem")))
BSRE_ROOTS = Path(env("BSRE_ROOTS", default=str(VAR_DIR / "bsre-roots.pem")))
# An RFC 3161 authority that vouches for the times of seals; without one seals are B-B.
TIMESTAMP_URL = env("TIMESTAMP_URL", default="")
# The root certificates (PEM) that its tokens must lead to, its revocation lists (PEM), and how many days before the
# authority's certificate ends the copies are time-stamped anew.
TIMESTAMP_CA = env("TIMESTAMP_CA", default="")
TIMESTAMP_CRL = env("TIMESTAMP_CRL", default="")
TIMESTAMP_RENEW_DAYS = env.int("TIMESTAMP_RENEW_DAYS", default=90)
# Seconds between two sweeps for work that a lost message left behind.
SWEEP_SECONDS = env.float("SULUH_SWEEP_SECONDS", default=30.0)

# Core
SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
# Names that this installation had before: they stand in old papers and are answered for ever.
FORMER_HOSTS = env.list("FORMER_HOSTS", default=[])
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"]), *FORMER_HOSTS]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1
CONN_MAX_AGE = 60

INSTALLED_APPS = [
    "config",
    "accounts",
    "cms",
    "courses",
    "assessments",
    "certificates",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.wagtail_users.PeopleAdminConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "csp",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.middleware.RequestLog",
    "config.middleware.LoopbackOnly",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.FirstThingsFirst",
    "cms.admin_door.AdminIsForStaff",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "cms.navigation.site",
            ],
        },
    },
]

# Database.  SQLite for a laptop (a write transaction takes its lock at BEGIN, so two writers queue instead of
# failing); PostgreSQL for the record.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'suluh.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = CONN_MAX_AGE
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;",
    }

# Cache, sessions and queue share one Redis-compatible server.
REDIS_URL = env("REDIS_URL", default=f"unix://{laptop_socket(VAR_DIR)}?db=0")
CACHES = {"default": {"BACKEND": "config.caching.Cache", "LOCATION": REDIS_URL}}
# Wagtail's own small tasks (the search and reference indexes) run at once, inside the transaction (cms.indexing).
TASKS = {"default": {"BACKEND": "cms.indexing.OnceBackend"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# People
AUTH_USER_MODEL = "accounts.User"
# argon2id with m = 19 MiB, t = 2, p = 1: what one sign-in may cost a small server.
PASSWORD_HASHERS = ["accounts.hashers.SmallArgon2Hasher"]
AUTHENTICATION_BACKENDS = ["accounts.auth_backends.OneAccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("participant_number", "full_name", "email", "nip", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "/mulai/"
LOGOUT_REDIRECT_URL = "/"

# Sign-in (allauth).  Failures are counted in accounts.limits: 5 in 5 minutes per account, 600 a minute per address.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "participant_number"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "5/5m/key",  # the second step; passwords are counted by our adapter
    "reset_password": "600/m/ip,5/5m/key",
    "reset_password_from_key": "600/m/ip",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reauthenticate": "accounts.forms.SignInAgainForm",
    "reset_password": "accounts.forms.ForgottenForm",
    "reset_password_from_key": "accounts.forms.ResetForm",
}
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Suluh"
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Proxies in front of the application: which address of X-Forwarded-For is the visitor's (checked, accounts.E001).
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("SULUH_PROXY_COUNT", default=0)

# E-mail: for people who have an address.  On the console (the default) it reaches nobody, so no message goes that way.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=10.0)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Suluh <suluh@localhost>")

# Messages.  A way without its settings is closed; the notice on /belajar/ needs none.
GATEWAY_URL = env("GATEWAY_URL", default="")
GATEWAY_TOKEN = env("GATEWAY_TOKEN", default="")
# The body as JSON; {to}, {text}, {subject} and {key} stand inside its strings.  Empty: the format of docs/formats.md.
GATEWAY_BODY = env("GATEWAY_BODY", default="")
GATEWAY_TIMEOUT = env.float("GATEWAY_TIMEOUT", default=10.0)
# manage.py make_push_keys writes the key; without it no device can be woken up.
PUSH_KEY_FILE = Path(env("PUSH_KEY_FILE", default=str(VAR_DIR / "push" / "key.pem")))
# Whom a push service asks when something is wrong: mailto: or https: (RFC 8292).
PUSH_CONTACT = env("PUSH_CONTACT", default=PUBLIC_BASE_URL)
# Only these push services are ever called; a star stands for one or more labels of the host.
PUSH_SERVICES = env.list(
    "PUSH_SERVICES",
    default=[
        "https://fcm.googleapis.com",
        "https://*.push.services.mozilla.com",
        "https://*.push.apple.com",
        "https://*.notify.windows.com",
    ],
)

CSRF_FAILURE_VIEW = "cms.views.csrf_failure"

# Language and time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia")]
# Ours first; then Wagtail's strings that editors meet and its own catalogue lacks or gets wrong.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "cms" / "wagtail_locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Frozen media of editions: private, served by a view to those who follow the edition.
    "editions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "editions")},
    },
    "staticfiles": {"BACKEND": "config.static_files.StaticFiles"},
    # What people hand in: private, served by a view to whoever may read it.
    "submissions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(VAR_DIR / "submissions"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Scans that prove a wrong name on a certificate: private, and removed some time after the decision.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(VAR_DIR / "evidence"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# Task queue
CELERY_BROKER_URL = env(
    "CELERY_BROKER_URL", default=REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
)
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 3, "socket_connect_timeout": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ROUTES = {"certificates.tasks.*": {"queue": "signing"}}
CELERY_BEAT_SCHEDULE = {
    "sync-groups": {"task": "cms.tasks.sync_groups", "schedule": schedule(900.0)},
    "publish-scheduled": {"task": "cms.tasks.publish_scheduled", "schedule": schedule(60.0)},
    "send-messages": {
        "task": "cms.tasks.send_messages",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "make-reminders": {"task": "cms.tasks.make_reminders", "schedule": schedule(SWEEP_SECONDS * 10)},
    "close-overdue-attempts": {
        "task": "assessments.tasks.close_overdue_attempts",
        "schedule": schedule(min(SWEEP_SECONDS, 30.0)),
    },
    "sweep-submission-files": {
        "task": "assessments.tasks.sweep_submission_files",
        "schedule": schedule(6 * 3600.0),
    },
    "forget-old-evidence": {"task": "certificates.evidence.forget_old", "schedule": schedule(6 * 3600.0)},
    "sweep-people-lists": {
        "task": "accounts.tasks.sweep_people_lists",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "sweep-waves": {
        "task": "courses.tasks.sweep_waves",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "sweep-reports": {
        "task": "courses.tasks.sweep_reports",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "sweep-item-reports": {
        "task": "assessments.tasks.sweep_item_reports",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "sweep-corrections": {
        "task": "assessments.tasks.sweep_corrections",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "sequence-log": {
        "task": "certificates.tasks.sequence_log",
        "schedule": schedule(min(SWEEP_SECONDS, 5.0)),
        "options": {"expires": 5.0},
    },
    "sweep-checked-lists": {
        "task": "certificates.lists.sweep_lists",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "publish-trust-bundle": {
        "task": "certificates.tasks.publish_trust_bundle",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "tell-witness": {"task": "certificates.witness.tell", "schedule": schedule(600.0)},
    # Two in the morning in Jakarta; what a night leaves over is the next one's.
    "lift-files": {"task": "certificates.tasks.lift_files", "schedule": crontab(hour="19", minute="0")},
    "sweep-awards": {
        "task": "certificates.tasks.sweep_awards",
        "schedule": schedule(SWEEP_SECONDS),
        # A sweep that could not start before the next one is due has nothing to add.
        "options": {"expires": SWEEP_SECONDS},
    },
    "publish-status-lists": {
        "task": "certificates.tasks.publish_status_lists",
        "schedule": schedule(SWEEP_SECONDS * 5),
        "options": {"expires": SWEEP_SECONDS * 5},
    },
}

QUEUES = ("default", "signing")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# Logs: ids only, never names, codes, addresses or answers.
LOGGING = logs.configure(as_json=env.bool("LOG_JSON", default=not SULUH_DEMO))
# Whoever sends this may read /metrics; empty closes it.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# Behind a TLS proxy: with an https public address cookies are sent over https only, and http is redirected.
HTTPS = PUBLIC_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000 if HTTPS else 0)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Security headers.  Wagtail's admin carries inline scripts, so it alone gets a looser policy (stack notes, 4.3).
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"

# Wagtail
WAGTAIL_SITE_NAME = "Suluh"
WAGTAILADMIN_BASE_URL = PUBLIC_BASE_URL
WAGTAILADMIN_LOGIN_URL = "/masuk/"
# Name, email and password are changed under /akun/ and by the administrators' screens, with their rules and events.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_PERMITTED_LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
# The three zones of the country; a machine's own list may hold names that no browser knows.
WAGTAIL_USER_TIME_ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAIL_EDITING_SESSION_PING_INTERVAL = 30000
WAGTAIL_AUTO_UPDATE_PREVIEW_INTERVAL = 5000
WAGTAILDOCS_EXTENSIONS = [
    "pdf",
    "docx",
    "xlsx",
    "pptx",
    "odt",
    "ods",
    "txt",
    "csv",
    "mp3",
    "m4a",
    "ogg",
    "mp4",
    "webm",
    "vtt",
]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_I18N_ENABLED = False
