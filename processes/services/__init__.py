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
from processes.services.field_rules import Held
from processes.services.modules import (
    field_add,
    field_archive,
    field_change,
    field_restore,
    module_change,
    module_create,
)
from processes.services.ordering import field_move, module_move, section_move
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
    "Held",
    "NothingPublishedError",
    "NothingToPublishError",
    "SpecificationError",
    "VerificationFailedError",
    "draft_replace",
    "field_add",
    "field_archive",
    "field_change",
    "field_move",
    "field_restore",
    "module_change",
    "module_create",
    "module_move",
    "process_activate",
    "process_change",
    "process_create",
    "process_deactivate",
    "section_move",
    "version_publish",
]
