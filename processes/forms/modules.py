"""The form of a module: what it is called, its icon, and who sees its records."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.choices import Sharing
from processes.files.exporting import module_spec
from processes.files.specs import ModuleSpec
from processes.forms.icons import MODULE_ICONS
from processes.forms.inputs import SEEN, LineField, SeenForm, fingerprint, text_input
from processes.keys import RESERVED_MODULE_KEYS, key_from
from processes.models import Module
from processes.services.errors import SpecPath

_NAMES = {"sharing": "sharing", "icon": "icon", "label": "label", "label_plural": "label_plural"}


class ModuleForm(SeenForm):
    """A new module, or the settings of one; its key is made from its first plural name."""

    label = LineField(
        label=gettext_lazy("Name of one record"),
        max_length=50,
        help_text=gettext_lazy("As in “New deal”."),
        widget=text_input(placeholder=gettext_lazy("Deal")),
    )
    label_plural = LineField(
        label=gettext_lazy("Name of many"),
        max_length=50,
        help_text=gettext_lazy("As in the list of deals."),
        widget=text_input(placeholder=gettext_lazy("Deals")),
    )
    name_label = LineField(
        label=gettext_lazy("What a record’s name is called"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("Left empty, it is “Name”."),
        widget=text_input(),
    )
    sharing = forms.ChoiceField(
        label=gettext_lazy("Who sees the records"),
        choices=[
            (Sharing.PRIVATE, gettext_lazy("Private: the owner, and those above the owner")),
            (Sharing.PUBLIC, gettext_lazy("Public: everyone who may open the module")),
        ],
        widget=forms.RadioSelect,
    )
    icon = forms.ChoiceField(label=gettext_lazy("Icon"), widget=forms.RadioSelect)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        others: Iterable[Module],
        module: Module | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(module))
        self.module = module
        self.others = [other for other in others if module is None or other.pk != module.pk]
        icons = dict(MODULE_ICONS)
        if module is not None:
            icons.setdefault(module.icon, module.icon)
        for name in ("icon", "sharing"):
            self.fields[name].is_marked = False  # type: ignore[attr-defined]
        self.fields["icon"].choices = list(icons.items())  # type: ignore[attr-defined]

    def clean_label_plural(self) -> str:
        label = str(self.cleaned_data["label_plural"])
        if any(other.label_plural.casefold() == label.casefold() for other in self.others):
            raise ValidationError(_("There is a module “%(label)s” already.") % {"label": label})
        return label

    def spec(self) -> ModuleSpec:
        """What a valid form says."""
        data = self.cleaned_data
        return ModuleSpec(
            key=self.module.key if self.module else self._new_key(),
            label=data["label"],
            label_plural=data["label_plural"],
            name_label=data["name_label"],
            icon=data["icon"],
            sharing=Sharing(data["sharing"]),
        )

    def _new_key(self) -> str:
        taken = RESERVED_MODULE_KEYS | {other.key for other in self.others}
        return key_from(self.cleaned_data["label_plural"], taken, fallback="module")

    def add_problems(self, problems: Iterable[tuple[SpecPath, str]]) -> None:
        """What the service refused, beside the input it is about."""
        for path, reason in problems:
            self.add_error(_NAMES.get(str(path[0])), reason)


def _initial(module: Module | None) -> dict[str, Any]:
    if module is None:
        return {"icon": "file-text", "sharing": Sharing.PRIVATE}
    spec = module_spec(module)
    return {**dict(spec), SEEN: fingerprint(spec)}
