"""Changes of definitions, one function per verb."""

from processes.services.drafts import draft_replace
from processes.services.errors import (
    DefinitionRefusedError,
    DraftChangedError,
    NothingPublishedError,
    NothingToPublishError,
    SpecificationError,
    VerificationFailedError,
)
from processes.services.modules import field_add, field_change, module_change, module_create
from processes.services.processes import (
    process_activate,
    process_change,
    process_create,
    process_deactivate,
    version_publish,
)

__all__ = [
    "DefinitionRefusedError",
    "DraftChangedError",
    "NothingPublishedError",
    "NothingToPublishError",
    "SpecificationError",
    "VerificationFailedError",
    "draft_replace",
    "field_add",
    "field_change",
    "module_change",
    "module_create",
    "process_activate",
    "process_change",
    "process_create",
    "process_deactivate",
    "version_publish",
]
