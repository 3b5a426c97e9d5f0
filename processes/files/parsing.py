"""A process file's text into its specification; every problem is told with its line."""

import json

from django.utils.translation import gettext as _
from pydantic import ValidationError

from processes.files.checks import problems_of
from processes.files.problems import FileProblem, Lines, ProcessFileError
from processes.files.reading import load_yaml
from processes.files.reasons import reason_of
from processes.files.specs import ProcessFile


def parse_process_file(content: bytes) -> tuple[ProcessFile, Lines]:
    """The file and where its values stand. What depends on the database (people, teams, modules that the
    file doesn't bring) is not looked at.

    Raises ProcessFileError with every problem found.
    """
    data, lines = load_yaml(content)
    if not isinstance(data, dict):
        raise ProcessFileError([FileProblem((), _("A process file begins with “blueprint: 1”."), 1)])
    try:
        # As JSON, because strict models then take lists and words for tuples and choices, and nothing else.
        file = ProcessFile.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise ProcessFileError(
            lines.problem(tuple(detail["loc"]), reason_of(detail)) for detail in error.errors()
        ) from error
    problems = [lines.problem(path, reason) for path, reason in problems_of(file)]
    if problems:
        raise ProcessFileError(problems)
    return file, lines
