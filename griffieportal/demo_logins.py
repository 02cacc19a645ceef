"""The log-ins of a first start on one's own machine: made once, kept readable for their owner."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group

from accounts.models import User

FILE = "demo-inloggegevens.txt"
HOST = "voorbeeldstad.example"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


@dataclass(frozen=True, slots=True)
class Login:
    """Who to log in as; the password as it is typed."""

    role: str
    email: str
    password: str


def make(data_dir: Path) -> tuple[Login, ...]:
    """A griffier and a raadslid with random passwords, written to data_dir first. To be called in a transaction."""
    logins = tuple(Login(role, f"{role}@{HOST}", _password()) for role in ("griffier", "raadslid"))
    _write(data_dir / FILE, logins)
    for login in logins:
        is_griffier = login.role == "griffier"
        user = User.objects.create_user(login.email, login.password, name=f"Demo-{login.role}", is_staff=is_griffier)
        if is_griffier:
            user.groups.add(Group.objects.get(name="Griffie"))
    return logins


def working(data_dir: Path) -> tuple[Login, ...]:
    """The kept log-ins whose account still exists, is active and has that password."""
    return tuple(login for login in _read(data_dir / FILE) if _works(login))


def _works(login: Login) -> bool:
    user = User.objects.filter(email=login.email, is_active=True).first()
    return user is not None and user.check_password(login.password)


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _write(path: Path, logins: tuple[Login, ...]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Inloggegevens van de demo op deze computer: rol, e-mailadres, wachtwoord.\n")
        file.writelines(f"{login.role}\t{login.email}\t{login.password}\n" for login in logins)


def _read(path: Path) -> tuple[Login, ...]:
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return ()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return tuple(Login(*row) for row in rows if len(row) == 3)
