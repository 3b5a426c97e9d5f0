"""A process file into the database: all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from processes.files.canonical import canonical
from processes.files.exporting import process_spec
from processes.files.problems import FileProblem, Lines, Path, ProcessFileError
from processes.files.specs import FieldSpec, ModuleSpec, ProcessFile, ProcessSpec
from processes.models import Module, Process
from processes.selectors import draft_of, published_version_of
from processes.services import (
    DefinitionRefusedError,
    SpecificationError,
    VerificationFailedError,
    draft_replace,
    field_add,
    field_change,
    module_change,
    module_create,
    process_activate,
    process_change,
    process_create,
    version_publish,
)
from processes.verification import Finding, Subject


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    process: Process
    changed_modules: tuple[str, ...]
    is_new_draft: bool
    is_published: bool
    is_activated: bool


@transaction.atomic
def process_import(
    *,
    file: ProcessFile,
    lines: Lines,
    actor: User | None,
    now: datetime,
    publish: bool = False,
    activate: bool = False,
) -> Imported:
    """Add or update the file's modules, fields and options, and write its process as a draft unless that is
    what the process says already. Nothing is taken away: fields that the file doesn't name stay.

    Raises ProcessFileError with lines; then nothing has been changed.
    """
    changed = _import_modules(file, lines, actor)
    with _refusals(lines, ("process",)):
        process, is_new_draft = _import_process(file.process, actor)
    is_published = publish and draft_of(process) is not None
    if is_published:
        _publish(process, file, lines, actor, now)
    if activate:
        with _refusals(lines, ("process",)):
            process_activate(process=process, actor=actor)
    return Imported(process, tuple(changed), is_new_draft, is_published, activate)


def _import_modules(file: ProcessFile, lines: Lines, actor: User | None) -> list[str]:
    """Modules first, fields afterwards: a lookup may lead to a module further down."""
    modules: list[tuple[Path, ModuleSpec, Module]] = []
    changed: list[str] = []
    for number, spec in enumerate(file.modules):
        path: Path = ("modules", number)
        module = Module.objects.filter(key=spec.key).first()
        with _refusals(lines, path):
            if module is None:
                module = module_create(spec=spec, actor=actor)
                changed.append(spec.key)
            elif module_change(module=module, spec=spec, actor=actor):
                changed.append(spec.key)
        modules.append((path, spec, module))
    for path, spec, module in modules:
        is_changed = [
            _import_field(module, field, lines, (*path, "fields", number), actor)
            for number, field in enumerate(spec.fields)
        ]
        if any(is_changed) and spec.key not in changed:
            changed.append(spec.key)
    return changed


def _import_field(module: Module, spec: FieldSpec, lines: Lines, path: Path, actor: User | None) -> bool:
    field = module.fields.filter(key=spec.key).first()
    with _refusals(lines, path):
        if field is None:
            field_add(module=module, spec=spec, actor=actor)
            return True
        field.module = module
        return field_change(field=field, spec=spec, actor=actor)


def _import_process(spec: ProcessSpec, actor: User | None) -> tuple[Process, bool]:
    process = Process.objects.filter(key=spec.key).select_related("module", "state_field").first()
    if process is None:
        process = process_create(spec=spec, actor=actor)
    else:
        process_change(process=process, spec=spec, actor=actor)
    standing = draft_of(process) or published_version_of(process)
    spec = canonical(spec, process.state_field, process_spec(standing) if standing else None)
    if standing is not None and process_spec(standing) == spec:
        return process, False
    draft_replace(process=process, spec=spec, actor=actor)
    return process, True


def _publish(process: Process, file: ProcessFile, lines: Lines, actor: User | None, now: datetime) -> None:
    try:
        version_publish(process=process, actor=actor, now=now)
    except VerificationFailedError as error:
        raise ProcessFileError(
            lines.problem(_path_of(finding, file), finding.message)
            for finding in error.findings
            if finding.is_error
        ) from error


def _path_of(finding: Finding, file: ProcessFile) -> Path:
    """Where the file has what a finding is about."""
    listed = {
        Subject.STATE: ("states", [state.key for state in file.process.states]),
        Subject.TRANSITION: ("transitions", [move.key for move in file.process.transitions]),
    }
    if finding.subject in listed:
        name, keys = listed[finding.subject]
        return ("process", name, keys.index(finding.key))
    return ("process",)


@contextmanager
def _refusals(lines: Lines, path: Path) -> Iterator[None]:
    """What a service refuses, as a problem of the file at `path`."""
    try:
        yield
    except SpecificationError as error:
        raise ProcessFileError(
            lines.problem((*path, *place), reason) for place, reason in error.problems
        ) from error
    except DefinitionRefusedError as error:
        raise ProcessFileError([FileProblem((), str(error))]) from error
