"""Why a change of a definition is refused; nothing has been changed then."""

from collections.abc import Iterable

from processes.verification import Finding

type SpecPath = tuple[str | int, ...]


class DefinitionRefusedError(Exception):
    """A change that can't be made; its text is a sentence in the reader's language."""


class SpecificationError(DefinitionRefusedError):
    """A specification names what isn't there or changes what must stay; each problem with its path in it."""

    def __init__(self, problems: Iterable[tuple[SpecPath, str]]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(reason for _path, reason in self.problems))


class NothingToPublishError(DefinitionRefusedError):
    """The process has no draft."""


class NothingPublishedError(DefinitionRefusedError):
    """A process without a version in force can't be used."""


class DraftChangedError(DefinitionRefusedError):
    """Somebody else changed or published the draft meanwhile."""


class VerificationFailedError(DefinitionRefusedError):
    """The draft has errors; `findings` holds all of them, warnings too."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(" ".join(finding.message for finding in self.findings if finding.is_error))
