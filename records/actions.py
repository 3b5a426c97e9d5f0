"""The kinds of action that the engine carries out itself, in the move's transaction."""

from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from accounts.models import User
from accounts.selectors import get_organisation
from processes.actions import register
from processes.choices import FieldKind
from processes.definition import OWNER_FIELD, FieldDef, ModuleDef
from processes.fields import Stored, kind_of
from processes.merge import check_text, merge_paths, record_fields
from records.engine.effects import ActionValueError, TransactionKind
from records.engine.moment import Moment, TaskDraft

TITLE_LENGTH = 200


class _Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DaysFromToday(_Config):
    days: int


class ActingPerson(_Config):
    me: Literal[True]


class FieldValue(_Config):
    """A field and what it becomes: a plain value, null for empty, {"days": 3} or {"me": true}."""

    field: str
    value: Annotated[DaysFromToday | ActingPerson | JsonValue, Field(union_mode="left_to_right")]


class FieldUpdateConfig(_Config):
    updates: Annotated[tuple[FieldValue, ...], Field(min_length=1)]


class FieldUpdateKind(TransactionKind[FieldUpdateConfig]):
    key = "field_update"
    label = gettext_lazy("Field update")
    icon = "pencil-line"
    config_model = FieldUpdateConfig

    def check(self, config: FieldUpdateConfig, module: ModuleDef) -> list[str]:
        return [problem for update in config.updates for problem in self._check(update, module)]

    def _check(self, update: FieldValue, module: ModuleDef) -> list[str]:
        field = module.get(update.field)
        if field is None or (field.is_system and field.key != OWNER_FIELD):
            return [_("There is no field “%(key)s” to update.") % {"key": update.field}]
        try:
            self._check_value(update, field)
        except (ActionValueError, ValidationError) as error:
            return [_("%(field)s: %(problem)s") % {"field": field.label, "problem": _sentence(error)}]
        return []

    def _check_value(self, update: FieldValue, field: FieldDef) -> None:
        match update.value:
            case DaysFromToday() if field.kind not in {FieldKind.DATE}:
                raise ActionValueError(_("A number of days fits a date only."))
            case ActingPerson() if field.kind != FieldKind.USER:
                raise ActionValueError(_("The acting person fits a person field only."))
            case DaysFromToday() | ActingPerson():
                return
            case plain if field.kind not in {FieldKind.USER, FieldKind.LOOKUP}:
                kind_of(field).from_plain(field, plain)

    def describe(self, config: FieldUpdateConfig, module: ModuleDef) -> str:
        labels = [str(f.label) if (f := module.get(u.field)) else u.field for u in config.updates]
        return _("Update %(fields)s") % {"fields": ", ".join(labels)}

    def written_fields(self, config: FieldUpdateConfig) -> frozenset[str]:
        return frozenset(update.field for update in config.updates)

    def plan(self, config: FieldUpdateConfig, moment: Moment) -> str:
        missing: list[str] = []
        for update in config.updates:
            field = moment.module.get(update.field)
            if field is None:
                missing.append(update.field)
            else:
                moment.set_value(field.key, self._value(update, field, moment))
        if missing:
            return _("The field “%(key)s” no longer exists.") % {"key": ", ".join(missing)}
        return ""

    def _value(self, update: FieldValue, field: FieldDef, moment: Moment) -> Stored | None:
        match update.value:
            case DaysFromToday(days=days):
                return (moment.today + timedelta(days=days)).isoformat()
            case ActingPerson():
                return moment.actor.pk
        try:
            return kind_of(field).from_plain(field, update.value)
        except ValidationError as error:
            raise ActionValueError(f"{field.label}: {_sentence(error)}") from error


class TaskConfig(_Config):
    """`assignee`: "record_owner", "actor", {"user": sign-in name} or {"user_field": field key}. The texts
    may hold merge fields; the task is due in so many days of the assignee's calendar."""

    class User(_Config):
        user: str

    class UserField(_Config):
        user_field: str

    title: str
    description: str = ""
    assignee: Literal["record_owner", "actor"] | User | UserField = "record_owner"
    due_in_days: Annotated[int, Field(ge=0, le=3650)] | None = None


class TaskKind(TransactionKind[TaskConfig]):
    key = "task"
    label = gettext_lazy("Task")
    icon = "square-check-big"
    config_model = TaskConfig

    def check(self, config: TaskConfig, module: ModuleDef) -> list[str]:
        paths = merge_paths(module)
        problems = [*check_text(config.title, paths), *check_text(config.description, paths)]
        if not config.title.strip():
            problems.append(_("A task needs a title."))
        match config.assignee:
            case TaskConfig.User(user=username):
                if not User.objects.active().filter(username=username).exists():
                    problems.append(_("There is no active person “%(name)s”.") % {"name": username})
            case TaskConfig.UserField(user_field=key):
                field = module.get(key)
                if field is None or field.kind != FieldKind.USER:
                    problems.append(_("“%(key)s” is not a person field.") % {"key": key})
        return problems

    def read_fields(self, config: TaskConfig) -> frozenset[str]:
        found = record_fields(config.title) | record_fields(config.description)
        match config.assignee:
            case TaskConfig.UserField(user_field=key):
                return found | {key}
        return found

    def describe(self, config: TaskConfig, module: ModuleDef) -> str:
        return _("Assign the task “%(title)s”") % {"title": config.title}

    def plan(self, config: TaskConfig, moment: Moment) -> str:
        assignee = self._assignee(config, moment)
        warning = ""
        if assignee is None:
            assignee = User.objects.get(pk=moment.owner_id)
            warning = _("Whoever this task was meant for is no longer there.")
        due = None
        if config.due_in_days is not None:
            zone = ZoneInfo(assignee.time_zone or get_organisation().time_zone)
            due = moment.now.astimezone(zone).date() + timedelta(days=config.due_in_days)
        moment.add_task(
            TaskDraft(
                title=moment.render(config.title)[:TITLE_LENGTH],
                description=moment.render(config.description),
                assignee_id=assignee.pk,
                due_date=due,
                warning=warning,
            )
        )
        return ""

    def _assignee(self, config: TaskConfig, moment: Moment) -> User | None:
        people = User.objects.active()
        found: User | None
        match config.assignee:
            case "actor":
                found = moment.actor
            case "record_owner":
                is_same = moment.owner_id == moment.record.owner_id
                found = moment.record.owner if is_same else people.filter(pk=moment.owner_id).first()
            case TaskConfig.User(user=username):
                found = people.filter(username=username).first()
            case TaskConfig.UserField(user_field=key):
                found = people.filter(pk=moment.values.get(key)).first()
        return found


def _sentence(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def register_kinds() -> None:
    register(FieldUpdateKind())
    register(TaskKind())
