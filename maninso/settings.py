"""One settings file; every value that differs between machines comes from the environment.

`bin/start` fills the environment for a laptop (var/environment); docs/operating.md lists the variables for production.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from maninso import log

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- The machine ---------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# Demonstration content and log-ins; never together with people's real signatures.
DEMO = env.bool("DEMO", default=False)

# Where the local mailbox keeps its mail; empty (the default) means that there is none, as in production.
MAILBOX_DIR = env.str("MAILBOX_DIR", default="")

# Networks whose X-Forwarded-For is believed, as CIDR; nobody's by default.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# Who answers for this installation, as its pages say it; empty: the pages speak of "whoever runs this site".
OPERATOR = env.str("OPERATOR", default="")

# --- Keys ----------------------------------------------------------------------------------------------------

# "id:base64,id:base64": the first seals, all open; see docs/operating.md for rotation.
SEAL_KEYS = env.str("SEAL_KEYS")
# Base64; changing it makes every blind index unfindable, so it is not rotated.
INDEX_KEY = env.str("INDEX_KEY")
# Base64; signs the links in mails. A new key ends all links that are out.
LINK_KEY = env.str("LINK_KEY")

# --- Rooms ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "maninso.admin_site.Config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_fsm",
    "pgtrigger",
    "pghistory",
    # Last: an admin of ours replaces theirs.
    "privacy",
    "outbox",
    "audit",
    "accounts",
    "cases",
    "campaign",
    "maninso",
]

MIDDLEWARE = [
    "maninso.middleware.ErrorPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "maninso.urls"
WSGI_APPLICATION = "maninso.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maninso.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "maninso"
CRISPY_TEMPLATE_PACK = "maninso"

# --- PostgreSQL: the only truth ------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        # 3 s: a page that waits longer for the database is better answered with "come back in a minute".
        # After an outage the next visitor's page connects anew; the pool by itself would wait as long again.
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL", default=8),
            "timeout": 3,
            "reconnect_timeout": 3,
        },
        "connect_timeout": 3,
        # For outbox/prepared.py; Django's own cursors send no statement twice.
        "prepare_threshold": 5,
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: the engine, never the memory ---------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
# Celery spells unix sockets differently from redis-py.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A killed worker's task is back in about 16 s instead of 94 (docs/adr/0004).
    "visibility_timeout": 10,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Without a limit a task that crashes its worker ran 40 times in 20 s.
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST_LIMIT = 3
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# Tasks that insert one row: 650/s against 108/s with a new connection for each.
CELERY_DB_REUSE_MAX = 500
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_TASK_ROUTES = {
    "outbox.tasks.send_confirmations": {"queue": "confirmations"},
    "outbox.tasks.send_deliveries": {"queue": "deliveries"},
    "outbox.tasks.send_updates": {"queue": "updates"},
    "campaign.tasks.release_dispatches": {"queue": "deliveries"},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- People who log in ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# A ModelBackend with look-up by address; Django's own beside it would hash every wrong password twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.breached.BreachedPasswordValidator"},
]
# The list of stolen passwords on this machine, "Pwned Passwords" by SHA-1, ordered by hash; empty: none.
BREACHED_PASSWORDS = env.str("BREACHED_PASSWORDS", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "accounts.adapter.InvitedOnlyAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LogInForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Before what reaches many people or takes data out (accounts/guards.py, proven_again).
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=15).total_seconds())
MFA_ADAPTER = "accounts.second_factor.SealingAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.NewPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "Maninso"
# One step before and after: clocks of phones run 30 s wrong.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey without fingerprint, face or PIN would let in whoever holds the phone.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A session ends with the browser, at the latest after SESSION_COOKIE_AGE: desks are shared, laptops are taken.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
# Otherwise anybody could have us write to any address in the world.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# A subject says what the mail is about; whose site it is stands in the sender.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "maninso.errors.csrf_failure"

# --- Signing -------------------------------------------------------------------------------------------------

# A hall full of people behind one address must be able to sign; a script must not fill the table.
SIGN_LIMIT = env.str("SIGN_LIMIT", default="300/hour")

# Countries whose governments punish such letters: there we ask again, and offer to sign without a name (docs/adr/0009).
RISKY_COUNTRIES = env.list("RISKY_COUNTRIES", default=["CN", "HK", "KP", "MO"])
# Where the quick exit leads: a page that says nothing about whoever has it open, and that opens in mainland China too.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.bing.com/")

# Updates to supporters, of all campaigns together: what the mail server, and those who judge it, take from it.
UPDATES_AN_HOUR = env.int("UPDATES_AN_HOUR", default=20_000)

# --- What leaves a response ----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
# 256 kB: own words are at most 2,000 characters; nothing that a supporter sends is larger.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- Languages -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어"), ("zh-hans", "简体中文"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# Two languages that nobody speaks, for whoever builds pages: in one words are longer, one runs from right to left.
PSEUDO_LOCALES = DEBUG and env.bool("PSEUDO_LOCALES", default=False)
if PSEUDO_LOCALES:
    LANGUAGES += [("en-xa", "Ééxpààndééd"), ("ar-xb", "Mirrored")]
    LOCALE_PATHS += [VAR_DIR / "locale"]
USE_I18N = True
# Where we write dates or numbers otherwise than Django does.
FORMAT_MODULE_PATH = ["maninso.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ---------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
# No other site has business with these files: a header less on each.
WHITENOISE_ALLOW_ALL_ORIGINS = False

CACHES = {
    # Log-in limits: shared by all processes, and there while Redis is down.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
    # Public pages are rendered once per process and language every few seconds, not once per visit.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
}

# --- Mail ----------------------------------------------------------------------------------------------------

# Never leaves the machine unless an operator sets EMAIL_URL: the default is the local mailbox's port.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
EMAIL_BACKEND = "outbox.transports.SMTPBackend"
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="maninso.example")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"Maninso <signatures@{MAIL_DOMAIN}>")
LETTERS_FROM_EMAIL = env.str("LETTERS_FROM", default=f"letters@{MAIL_DOMAIN}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# What comes back: a mailbox to look into every minute, imaps://user:password@host/INBOX. Without one, a mail server
# hands it in (bin/manage receive_mail); the local mailbox does so by itself.
INBOUND_IMAP_URL = env.str("INBOUND_IMAP_URL", default="")
# The service that sends our mail and tells at /hooks/mail/<service>/ what became of it (outbox/services.py), and what
# its calls are checked with: its signing key, or the user:password in the address that it calls.
MAIL_SERVICE = env.str("MAIL_SERVICE", default="")
MAIL_SERVICE_SECRET = env.str("MAIL_SERVICE_SECRET", default="")
_SIGNED_WITH = {"mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY", "sendgrid": "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY"}
ANYMAIL = {_SIGNED_WITH.get(MAIL_SERVICE, "WEBHOOK_SECRET"): MAIL_SERVICE_SECRET}

# So many refusals, and so many of a hundred, among the last 50 letters that one recipient domain answered within an
# hour: the domain pauses by itself (docs/adr/0014).
SPIKE_REFUSALS = env.int("SPIKE_REFUSALS", default=5)
SPIKE_PERCENT = env.int("SPIKE_PERCENT", default=20)

# Where people reach whoever runs the site; the second goes into /.well-known/security.txt.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default=f"contact@{MAIL_DOMAIN}")
SECURITY_EMAIL = env.str("SECURITY_EMAIL", default=f"security@{MAIL_DOMAIN}")
# 2027-12-31; empty: half a year after the first of the current month, so that it never lapses unseen (RFC 9116, 2.5.5).
SECURITY_TXT_EXPIRES = env.str("SECURITY_TXT_EXPIRES", default="")

# --- Log -----------------------------------------------------------------------------------------------------

LOGGING = log.configuration(level=env.str("LOG_LEVEL", default="INFO"))
