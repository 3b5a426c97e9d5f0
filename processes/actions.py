"""The registry of action kinds: higher apps register what they can do, design time reads it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.functional import Promise
from pydantic import BaseModel

from processes.definition import ModuleDef


class ActionKind[Config: BaseModel](ABC):
    """One kind of action: its name, its typed settings, its check before publishing.

    How it is carried out is added by the app that owns it: `records.engine.effects` has the two shapes,
    in the move's transaction or through the outbox.
    """

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str]
    config_model: type[Config]

    @abstractmethod
    def check(self, config: Config, module: ModuleDef) -> list[str]:
        """What is wrong with the settings, as sentences in the reader's language; empty when all is well."""

    @abstractmethod
    def describe(self, config: Config, module: ModuleDef) -> str:
        """The action in one sentence, in the reader's language."""

    def written_fields(self, config: Config) -> frozenset[str]:
        """Keys of the record's fields that the action writes."""
        return frozenset()

    def read_fields(self, config: Config) -> frozenset[str]:
        """Keys of the record's fields whose values go into the action: merge fields, people, addresses."""
        return frozenset()


class UnknownActionKindError(LookupError):
    """No app has registered this kind."""


_kinds: dict[str, ActionKind[Any]] = {}


def register(kind: ActionKind[Any]) -> None:
    _kinds[kind.key] = kind


def action_kind(key: str) -> ActionKind[Any]:
    """The registered kind; raises UnknownActionKindError."""
    try:
        return _kinds[key]
    except KeyError as error:
        raise UnknownActionKindError(key) from error


def action_kinds() -> Iterable[ActionKind[Any]]:
    return _kinds.values()
