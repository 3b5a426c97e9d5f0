"""What must be done before Blueprint serves: migrations, static files, and the demo on an empty database.

Prints to standard output what the person who starts it should know; everything else goes to standard error.
"""

import hashlib
import io
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from blueprint_project.env import env_bool


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blueprint_project.settings")
    try:
        django.setup()
        gather_static()
        call_command("migrate", interactive=False, verbosity=0)
        set_up_demo()
        sys.stdout.write(welcome())
    except (CommandError, DatabaseError, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def gather_static() -> None:
    """Collect the static files where one of them changed since the last time."""
    stamp = Path(settings.DATA_DIR) / "static.stamp"
    fingerprint = static_fingerprint()
    root = Path(settings.STATIC_ROOT)
    if root.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=root.is_dir(), verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def static_fingerprint() -> str:
    """Changes with the name, size or time of any static file, and with the way they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def set_up_demo() -> None:
    from accounts.models import User

    if env_bool("BLUEPRINT_DEMO", True) and not User.objects.exists():
        sys.stderr.write("Setting up the demo company …\n")
        call_command("setup_demo", stdout=io.StringIO())  # It says how to sign in, and so does `welcome`.


def welcome() -> str:
    """How to sign in: the demo's people, or the way to a real company."""
    from accounts.demo import DEMO_PASSWORD
    from accounts.models import User
    from accounts.selectors import find_organisation

    organisation = find_organisation()
    if organisation is None:
        return "Nobody can sign in yet: .venv/bin/python manage.py setup_company makes a company.\n"
    if not organisation.is_demo:
        return f"This is {organisation.name}.\n"
    people = User.objects.filter(is_active=True).order_by("username", "pk")
    names = ", ".join(people.values_list("username", flat=True))
    return f"This is {organisation.name}, a demo. Sign in as {names}; the password is {DEMO_PASSWORD}.\n"


if __name__ == "__main__":
    sys.exit(main())
