"""The check of the catalogues finds what would show on the screen as a hole."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo

from blueprint_project.catalogues import catalogue_path, faults, header, read

GOOD = """
msgid "%(count)s deal of %(name)s"
msgid_plural "%(count)s deals of %(name)s"
msgstr[0] "Une affaire de %(name)s"
msgstr[1] "%(count)s affaires de %(name)s"

msgctxt "verb"
msgid "Close"
msgstr "Fermer"
"""
FAULTS = {
    'msgid "Close"\nmsgstr ""\n': "not translated: 'Close'",
    '#, fuzzy\nmsgid "Close"\nmsgstr "Clore"\n': "fuzzy: 'Close'",
    'msgid "Hello %(name)s"\nmsgstr "Bonjour"\n': "other placeholders than in the text (%(name)s)",
    'msgid "Hello {name}"\nmsgstr "Bonjour {nom}"\n': "other placeholders than in the text ({name}, {nom})",
    'msgid "a"\nmsgid_plural "%d b"\nmsgstr[0] "a"\nmsgstr[1] "b"\n': "(%d): 'a'",
    'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "a"\nmsgstr[1] ""\n': "not translated: 'a'",
    'msgid "Don\'t"\nmsgstr "Non"\n': """straight apostrophe (write ’): "Don't\"""",
    'msgid "a"\nmsgid_plural "it\'s b"\nmsgstr[0] "a"\nmsgstr[1] "b"\n': "straight apostrophe (write ’): 'a'",
    'msgid "Water"\nmsgstr "L\'eau"\n': "straight apostrophe (write ’): 'Water'",
    'msgid "Why?"\nmsgstr "Pourquoi ?"\n': "plain space where French has a no-break space: 'Why?'",
    'msgid "“Yes”"\nmsgstr "« Oui\u00a0»"\n': "plain space where French has a no-break space: '“Yes”'",
}


def write(root: Path, text: str, language: str = "fr", *, compiled: bool = True) -> None:
    path = catalogue_path(root, language, "po")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header(language) + "\n" + text, encoding="utf-8")
    if compiled:
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


class TestFaults:
    def test_finds_none_in_a_good_catalogue(self, tmp_path: Path) -> None:
        write(tmp_path, GOOD)
        assert faults("fr", tmp_path) == []

    def test_lets_english_keep_its_plain_spaces(self, tmp_path: Path) -> None:
        text = 'msgid "from : to"\nmsgstr "from : to"\n'
        write(tmp_path, text, "en")
        assert faults("en", tmp_path) == []

    @pytest.mark.parametrize(("text", "fault"), FAULTS.items())
    def test_names_the_text_and_the_file(self, tmp_path: Path, text: str, fault: str) -> None:
        write(tmp_path, text)
        line = faults("fr", tmp_path)[0]
        assert fault in line
        assert line.startswith("locale/fr/LC_MESSAGES/django.po: ")

    @pytest.mark.parametrize("change", [("Fermer", "Clore"), ("", 'msgid "Open"\nmsgstr "Ouvrir"\n')])
    def test_sees_that_the_compiled_catalogue_is_old(self, tmp_path: Path, change: tuple[str, str]) -> None:
        write(tmp_path, GOOD)
        old, new = change
        write(tmp_path, GOOD.replace(old, new) if old else f"{GOOD}\n{new}", compiled=False)
        [line] = faults("fr", tmp_path)
        assert line.endswith("the compiled catalogue is out of date (make messages)")

    def test_sees_texts_that_came_or_went(self, tmp_path: Path) -> None:
        write(tmp_path / "old", GOOD)
        write(tmp_path / "new", GOOD.replace('"Close"', '"Shut"'))
        assert faults("fr", tmp_path / "old", tmp_path / "new") == [
            "locale/fr/LC_MESSAGES/django.po: gone from the sources (make messages): 'Close'",
            "locale/fr/LC_MESSAGES/django.po: not in the catalogue (make messages): 'Shut'",
        ]
