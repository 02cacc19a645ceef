"""The portal's settings for bench.scan: as in production, but without limits, or the scan would see nothing else."""

from griffieportal.settings import *  # noqa: F403

ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS: dict[str, str] = {}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600  # pages that ask the password again are looked at too
STAFF_SESSION_IDLE_HOURS = 24
