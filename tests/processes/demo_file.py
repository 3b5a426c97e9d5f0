"""The demo's process file, taken into a test's database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from processes.files import ProcessFileError, parse_process_file
from processes.files.importing import Imported, process_import
from processes.files.specs import FieldSpec, ModuleSpec, ProcessSpec

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "records" / "demo" / "deal_closing.en.yaml"


def take(text: str, actor: User | None = None, **options: Any) -> Imported:
    file, lines = parse_process_file(text.encode())
    return process_import(file=file, lines=lines, actor=actor, now=NOW, **options)


def refused(text: str, **options: Any) -> list[str]:
    with pytest.raises(ProcessFileError) as caught:
        take(text, **options)
    return [str(problem) for problem in caught.value.problems]


def demo() -> str:
    return DEMO.read_text()


def spec_of(text: str) -> ProcessSpec:
    return parse_process_file(text.encode())[0].process


def module_spec(**values: Any) -> ModuleSpec:
    return ModuleSpec(**{"key": "leads", "label": "Lead", "label_plural": "Leads", **values})


def field_spec(**values: Any) -> FieldSpec:
    data = {"key": "size", "label": "Size", "kind": "integer", **values}
    return FieldSpec.model_validate(data, strict=False)
