"""The words of a process file as typed data: modules with their fields, and a process over one of them."""

import unicodedata
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from lucide import IconDoesNotExist
from lucide.jinja import lucide as draw_icon
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from processes.choices import Colour, FieldKind, OwnerKind, Sharing, Trigger


def _normal(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _text_lines(value: str) -> str:
    """Lines end in one way and without blanks, and no control character but the tab stays in a text."""
    lines = ("".join(filter(_is_shown, line)).rstrip() for line in value.splitlines())
    return _normal("\n".join(lines).strip("\n"))


def _is_shown(char: str) -> bool:
    return char == "\t" or unicodedata.category(char) not in {"Cc", "Cs"}


def _one_line(value: str) -> str:
    return " ".join(_text_lines(value).split())


def _drawn_icon(name: str) -> str:
    """Every page draws the icon in its menu: one that isn't there would break them all."""
    try:
        draw_icon(name)
    except IconDoesNotExist as error:
        raise PydanticCustomError("icon", _("There is no icon “{name}”."), {"name": name}) from error
    return name


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
OptionKey = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_normal)]
StateKey = Annotated[str, StringConstraints(max_length=40), AfterValidator(_normal)]
Word = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[Word, Field(min_length=1, max_length=50)]
Text = Annotated[str, AfterValidator(_text_lines), Field(max_length=10_000)]
Pixel = Annotated[int, Field(ge=-100_000, le=100_000)]
Number = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"),
]
Icon = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$"), AfterValidator(_drawn_icon)]
Criteria = dict[str, JsonValue]


class Spec(BaseModel):
    """Unknown keys and values of another type are refused, never guessed at."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# Each is a row of a form, and a request may carry a thousand inputs.
MAX_OPTIONS = 300


class OptionSpec(Spec):
    key: OptionKey
    label: Name
    colour: Colour = Colour.GREY
    archived: bool = False


class SettingsSpec(Spec):
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    max_length: Annotated[int, Field(ge=1, le=100_000)] | None = None
    module: Key | None = None


class FieldSpec(Spec):
    key: Key
    label: Name
    kind: FieldKind
    required: bool = False
    unique: bool = False
    indexed: bool = False
    section: Annotated[Word, Field(max_length=50)] = ""
    help: Annotated[Word, Field(max_length=200)] = ""
    archived: bool = False
    settings: SettingsSpec = SettingsSpec()
    options: Annotated[tuple[OptionSpec, ...], Field(max_length=MAX_OPTIONS)] = ()


class ModuleSpec(Spec):
    key: Key
    label: Name
    label_plural: Name
    name_label: Annotated[Word, Field(max_length=50)] = ""
    icon: Icon = "file-text"
    sharing: Sharing = Sharing.PRIVATE
    fields: tuple[FieldSpec, ...] = ()


class StateSpec(Spec):
    """`key` is the option's key of the state field; "" is the empty value."""

    key: StateKey
    start: bool = False
    exit: bool = False
    x: Pixel | None = None
    y: Pixel | None = None


class DynamicOwnerSpec(Spec):
    """Written `record_owner` for short where there is nothing but the kind."""

    kind: OwnerKind
    field: Key | None = None
    whole_chain: bool = False

    @model_serializer(mode="wrap")
    def _shorten(self, handler: SerializerFunctionWrapHandler) -> Any:
        written = handler(self)
        return written["kind"] if len(written) == 1 else written


def _short_owner(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


class OwnersSpec(Spec):
    """People by sign-in name, teams by name, and those who follow from the record."""

    people: tuple[Word, ...] = ()
    teams: tuple[Word, ...] = ()
    dynamic: tuple[Annotated[DynamicOwnerSpec, BeforeValidator(_short_owner)], ...] = ()


class RefusalSpec(Spec):
    criteria: Criteria
    message: Annotated[Text, Field(min_length=1, max_length=300)]


class ItemSpec(Spec):
    """One thing the person is asked for: a message, or a field."""

    key: Key | None = None
    message: Annotated[Text, Field(min_length=1)] | None = None
    field: Key | None = None
    required: bool = False
    help: Annotated[Word, Field(max_length=200)] = ""
    refuse_when: tuple[RefusalSpec, ...] = ()


class ActionSpec(Spec):
    """One thing that happens by itself; `delay` in seconds, `settings` are the kind's own."""

    key: Key | None = None
    kind: Key
    enabled: bool = True
    delay: Annotated[int, Field(ge=0, le=366 * 86_400)] = 0
    condition: Criteria | None = None
    settings: dict[str, JsonValue] = {}


class TransitionSpec(Spec):
    key: Key
    name: Name
    description: Text = ""
    colour: Colour | Literal[""] = ""
    from_: Annotated[tuple[StateKey, ...], Field(alias="from")] = ()
    common: bool = False
    to: StateKey
    trigger: Trigger = Trigger.MANUAL
    owners: OwnersSpec = OwnersSpec()
    no_self_approval: bool = False
    criteria: Criteria | None = None
    criteria_message: Annotated[Word, Field(max_length=300)] = ""
    during: tuple[ItemSpec, ...] = ()
    after: tuple[ActionSpec, ...] = ()
    x: Pixel | None = None
    y: Pixel | None = None
    pinned: bool = False


class ProcessHead(Spec):
    """What a process says of itself, whatever its version."""

    key: Key
    name: Name
    module: Key
    state_field: Key
    description: Text = ""
    priority: Annotated[int, Field(ge=0, le=32_767)] = 100


class ProcessSpec(ProcessHead):
    """A process with one version of it."""

    entry_criteria: Criteria | None = None
    states: tuple[StateSpec, ...]
    transitions: tuple[TransitionSpec, ...]


class ProcessFile(Spec):
    """`blueprint` is the version of this format."""

    blueprint: Literal[1]
    modules: tuple[ModuleSpec, ...] = ()
    process: ProcessSpec
