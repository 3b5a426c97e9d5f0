"""Settings of Blueprint, read from the environment; the README lists the variables."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from blueprint_project.databases import database
from blueprint_project.env import env_bool, env_choice, env_int, env_list, env_text, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_text("BLUEPRINT_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env_bool("DEBUG")
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# Where people reach this installation: links in e-mails begin with it.
SITE_URL = env_text("SITE_URL", f"http://localhost:{env_int('PORT', 8000)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "accounts",
    "processes",
    "records",
    "automations",
    "guardian",
    "axes",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInFirstMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "blueprint_project.urls"
WSGI_APPLICATION = "blueprint_project.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "records.context_processors.navigation",
            ],
            "libraries": {"blueprint": "blueprint_project.templatetags.blueprint"},
            "builtins": ["django.templatetags.i18n", "blueprint_project.templatetags.blueprint"],
        },
    },
]

DATABASES = {
    "default": database(
        env_text("DATABASE_URL"),
        DATA_DIR,
        synchronous=env_choice("SQLITE_SYNCHRONOUS", ("NORMAL", "FULL"), "NORMAL"),
        pool_size=env_int("DATABASE_POOL_SIZE", 4),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None  # Nobody acts without having signed in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# So many failures in so many minutes, for a name from an address; a success forgets that name's.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_HANDLER = "accounts.throttling.FailureHandler"
AXES_LOCKOUT_CALLABLE = "accounts.throttling.answer"
AXES_CLIENT_IP_CALLABLE = "accounts.throttling.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False  # Ours shows what can be mended.
AXES_VERBOSE = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "my_work"
LOGOUT_REDIRECT_URL = "login"

LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_CODE = env_choice("BLUEPRINT_LANGUAGE", ("en", "fr"), "en")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["blueprint_project.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env_text("BLUEPRINT_TIME_ZONE", "Europe/Paris")

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "blueprint_project.storage.HashedStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "media"

# Mail: SMTP by settings, else one file a message in a folder that the mailbox page shows.
MAILBOX_DIR = DATA_DIR / "mailbox"
SMTP_HOST = env_text("EMAIL_HOST")
MAILERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "automations.mail.SmtpBackend",
        "OPTIONS": {
            "host": SMTP_HOST,
            "port": env_int("EMAIL_PORT", 587),
            "username": env_text("EMAIL_USER"),
            "password": env_text("EMAIL_PASSWORD"),
            "use_tls": env_bool("EMAIL_TLS", True),
            "timeout": 20,
        },
    }
    if SMTP_HOST
    else {
        "BACKEND": "automations.mail.MailboxBackend",
        "OPTIONS": {"file_path": str(MAILBOX_DIR)},
    }
}

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
# Behind TLS (the production setting) cookies travel only there, and browsers are told to stay there.
HTTPS = env_bool("HTTPS")
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
TRUST_PROXY = env_bool("TRUST_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "blueprint_project.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Celery is the wake-up call of the outbox; without BROKER_URL its messages are files beside the database.
BROKER_URL = env_text("BROKER_URL")
CELERY_QUEUE_DIR = DATA_DIR / "celery"
if not BROKER_URL:
    for _folder in ("queue", "control"):
        (CELERY_QUEUE_DIR / _folder).mkdir(mode=0o700, parents=True, exist_ok=True)
CELERY_BROKER_URL = BROKER_URL or "filesystem://localhost"
# A broker that is down must not hold up the person who clicked: the sweep sends what is due later.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 300, "max_retries": 0}
    if BROKER_URL.startswith("redis")
    else {"max_retries": 0}
    if BROKER_URL
    else {
        "data_folder_in": str(CELERY_QUEUE_DIR / "queue"),
        "data_folder_out": str(CELERY_QUEUE_DIR / "queue"),
        "control_folder": str(CELERY_QUEUE_DIR / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if BROKER_URL else 4
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SOFT_TIME_LIMIT = 30
CELERY_TASK_TIME_LIMIT = 60
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(CELERY_QUEUE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep the outbox": {
        "task": "automations.sweep",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
}

# The import reads files up to this size; larger ones are refused before anything is written.
IMPORT_MAX_BYTES = 50 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # It tells each failure; what it says beside that would be a line for every sign-in.
    "loggers": {"axes": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env_text("LOG_LEVEL", "INFO")},
}
