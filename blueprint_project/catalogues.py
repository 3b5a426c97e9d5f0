"""Keeps the catalogues of both languages complete, and the compiled ones in step with them.

`python -m blueprint_project.catalogues update` extracts the texts into locale/ and compiles it with gettext;
`… check` says what is missing. Babel, which reads catalogues, is a package for development: nothing of this
runs in production, where the compiled catalogues of the repository are used.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

BASE_DIR = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr")
NAMES = {"en": "English", "fr": "French"}
PLURALS = {"en": "(n != 1)", "fr": "(n > 1)"}
SHOWN = 40
HEADER = """# Blueprint's texts in {name}.
msgid ""
msgstr ""
"Project-Id-Version: Blueprint\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural={plural};\\n"
"""
SOURCES = ("accounts", "automations", "blueprint_project", "processes", "records", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-z]|%[sd]|\{\w*\}")
STRAIGHT_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
# French sets a no-break space here; at a plain one the line may break before the sign.
PLAIN_SPACE = re.compile(r"(?<=\S) (?=[:;?!»])|(?<=«) ")
ENVIRONMENT = os.environ | {"LC_ALL": "C.UTF-8"}

Key = tuple[str, str]  # msgctxt, msgid


def catalogue_path(root: Path, language: str, suffix: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


def read(path: Path) -> Catalog:
    """The catalogue in a .po or .mo file; an empty one where there is no file."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, abort_invalid=True)


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def context(message: Message) -> str:
    found: str | bytes | None = message.context
    # Babel leaves the context of a compiled message undecoded.
    return found.decode() if isinstance(found, bytes) else found or ""


def messages(catalogue: Catalog) -> dict[Key, Message]:
    """The messages by context and text, without the header."""
    return {(context(message), singular(message)): message for message in catalogue if singular(message)}


def texts(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def placeholder_fault(message: Message) -> str:
    """Says so where a translation names other placeholders than the text: it would fail, or show less."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    allowed = wanted.union(*(PLACEHOLDER.findall(text) for text in ids))
    strings = texts(message)
    for number, text in enumerate(strings):
        found = set(PLACEHOLDER.findall(text))
        # The form for one may leave the number out; the last one, for many, may not.
        needed = wanted if number == len(strings) - 1 else set[str]()
        if found - allowed or needed - found:
            return f"other placeholders than in the text ({', '.join(sorted(found ^ wanted))})"
    return ""


def print_fault(message: Message, language: str) -> str:
    """Says so where a text isn’t written as it is printed: with ’, and French with no-break spaces."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    if any(STRAIGHT_APOSTROPHE.search(text) for text in (*ids, *texts(message))):
        return "straight apostrophe (write ’)"
    if language == "fr" and any(PLAIN_SPACE.search(text) for text in texts(message)):
        return "plain space where French has a no-break space"
    return ""


def message_fault(message: Message, language: str) -> str:
    if message.fuzzy:
        return "fuzzy"
    if not all(texts(message)):
        return "not translated"
    return placeholder_fault(message) or print_fault(message, language)


def faults(language: str, root: Path = BASE_DIR, extracted: Path | None = None) -> list[str]:
    """What is wrong with one catalogue, a line each; `extracted` is a tree with catalogues made just now."""
    path = catalogue_path(root, language, "po")
    have = messages(read(path))
    judged = [(message_fault(message, language), text) for (_, text), message in have.items()]
    found = [(fault, text) for fault, text in judged if fault]
    if extracted is not None:
        wanted = messages(read(catalogue_path(extracted, language, "po")))
        found += [("not in the catalogue (make messages)", text) for _, text in wanted.keys() - have.keys()]
        found += [("gone from the sources (make messages)", text) for _, text in have.keys() - wanted.keys()]
    lines = [f"{path.relative_to(root)}: {fault}: {text!r}" for fault, text in sorted(found)]
    if translations(messages(read(path.with_suffix(".mo")))) != translations(have):
        lines.append(f"{path.relative_to(root)}: the compiled catalogue is out of date (make messages)")
    return lines


def translations(found: dict[Key, Message]) -> dict[Key, tuple[str, ...]]:
    """What a compiled catalogue holds of these messages."""
    return {
        key: texts(message) for key, message in found.items() if not message.fuzzy and all(texts(message))
    }


def run(*command: str | Path, folder: Path) -> None:
    """Run a program; raises CalledProcessError when it complains."""
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True)


def make_messages(root: Path) -> None:
    """Extract the texts of a tree into its own catalogues."""
    languages = [option for language in LANGUAGES for option in ("--locale", language)]
    options = ["--no-obsolete", "--no-wrap", "--add-location", "file", "--verbosity", "0"]
    unread = ["--ignore", "var", "--ignore", "tests"]
    run(sys.executable, "manage.py", "makemessages", *languages, *options, *unread, folder=root)


def update(root: Path = BASE_DIR) -> None:
    """Bring both catalogues up to date: English fills itself in, French keeps what was translated."""
    # English begins anew: a text that changed must not keep its old words as a translation.
    english = catalogue_path(root, "en", "po")
    english.write_text(header("en"), encoding="utf-8")
    make_messages(root)
    run("msgen", "--no-wrap", "--output-file", english, english, folder=root)
    for language in LANGUAGES:
        path = catalogue_path(root, language, "po")
        _, _, entries = path.read_text(encoding="utf-8").partition("\n\n")
        path.write_text(f"{header(language)}\n{entries}", encoding="utf-8")
        run("msgfmt", "--check-format", "--output-file", path.with_suffix(".mo"), path, folder=root)


def header(language: str) -> str:
    """The head of a catalogue, without the time of extraction, which would change it each time."""
    return HEADER.format(name=NAMES[language], language=language, plural=PLURALS[language])


def check(root: Path = BASE_DIR) -> list[str]:
    """All faults of all catalogues; where gettext is missing, texts that were never extracted go unseen."""
    if shutil.which("xgettext") is None:
        sys.stderr.write("gettext is not installed: the catalogues are not compared with the sources.\n")
        return [fault for language in LANGUAGES for fault in faults(language, root)]
    with tempfile.TemporaryDirectory(prefix="blueprint-messages-") as folder:
        copy = Path(folder) / "tree"
        copy.mkdir()
        shutil.copy(root / "manage.py", copy)
        for name in (*SOURCES, "locale", "static"):
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        make_messages(copy)
        return [fault for language in LANGUAGES for fault in faults(language, root, copy)]


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        if shutil.which("xgettext") is None:
            sys.stderr.write("Extracting texts needs GNU gettext: for example “apt install gettext”.\n")
            return 1
        update()
        return 0
    if arguments == ["check"]:
        found = check()
        sys.stderr.writelines(f"{fault}\n" for fault in found[:SHOWN])
        if len(found) > SHOWN:
            sys.stderr.write(f"… and {len(found) - SHOWN} more\n")
        return 1 if found else 0
    sys.stderr.write("usage: python -m blueprint_project.catalogues update | check\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
