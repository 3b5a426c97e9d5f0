"""Verification: each error and warning on a process that has nothing else wrong."""

from dataclasses import replace
from typing import Any

import pytest

from processes.actions import action_kind
from processes.choices import Colour, FieldKind, ItemKind, OwnerKind
from processes.criteria import compile_predicate, parse
from processes.definition import (
    ActionDef,
    DynamicOwner,
    FieldDef,
    ItemConfig,
    ItemDef,
    ModuleDef,
    Option,
    Owners,
    RefuseWhen,
    StateDef,
    TransitionDef,
    VersionDef,
    system_fields,
)
from processes.verification import Finding, Level, OwnersToday, Subject, verify

ALICE, GONE = 1, 2
LEGAL, EMPTY_TEAM = 10, 11
TODAY = OwnersToday(people=frozenset({ALICE}), teams=frozenset({LEGAL}))

STAGE = FieldDef(
    1,
    "stage",
    "Stage",
    FieldKind.PICKLIST,
    options=tuple(Option(key=key, label=key.title()) for key in ("new", "talk", "won", "lost")),
)
FIELDS = [
    STAGE,
    FieldDef(2, "amount", "Amount", FieldKind.INTEGER),
    FieldDef(3, "approver", "Approver", FieldKind.USER),
    FieldDef(4, "old", "Old", FieldKind.TEXT, is_archived=True),
]
MODULE = ModuleDef(
    id=1,
    key="deals",
    label="Deal",
    label_plural="Deals",
    name_label="Name",
    icon="handshake",
    sharing="private",
    revision=1,
    fields=system_fields("") | {field.key: field for field in FIELDS},
)


def state(number: int, key: str, **values: Any) -> StateDef:
    common = {"label": key.title(), "colour": Colour.GREY, "is_start": False, "is_exit": False}
    return StateDef(**{"id": number, "key": key, "x": None, "y": None, **common, **values})


NEW = state(1, "new", is_start=True)
TALK = state(2, "talk")
WON = state(3, "won", is_exit=True)
LOST = state(4, "lost", is_exit=True)


def move(key: str, sources: list[StateDef], target: StateDef, **values: Any) -> TransitionDef:
    criteria = parse(values.pop("criteria", None))
    return TransitionDef(
        **{
            "id": 0,
            "key": key,
            "name": key.title(),
            "description": "",
            "colour": "",
            "is_common": not sources,
            "source_ids": frozenset(source.id for source in sources),
            "to_state": target,
            "criteria": criteria,
            "predicate": criteria and compile_predicate(criteria, MODULE),
            "criteria_message": "",
            "owners": Owners(frozenset({ALICE}), frozenset(), ()),
            "forbid_self_approval": False,
            "items": (),
            "actions": (),
            "trigger": "manual",
            "position": 0,
            "x": None,
            "y": None,
            "routes": {},
            **values,
        }
    )


def version(*moves: TransitionDef, **values: Any) -> VersionDef:
    return VersionDef(
        **{
            "id": 1,
            "number": 1,
            "status": "draft",
            "process_id": 1,
            "process_key": "closing",
            "process_name": "Closing",
            "module": MODULE,
            "state_field": STAGE,
            "entry": None,
            "published_at": None,
            "states": (NEW, TALK, WON, LOST),
            "transitions": moves or SOUND,
            **values,
        }
    )


BEGIN = move("begin", [NEW], TALK)
WIN = move("win", [TALK], WON)
LOSE = move("lose", [], LOST)
SOUND = (BEGIN, WIN, LOSE)


def item(field: str | None = None, **config: Any) -> ItemDef:
    kind = ItemKind.FIELD if field else ItemKind.MESSAGE
    return ItemDef(1, field or "message", kind, field, False, ItemConfig(**config))


def action(kind: str, condition: Any = None, **config: Any) -> ActionDef:
    criteria = parse(condition)
    return ActionDef(
        id=1,
        key=kind,
        kind=kind,
        delay=0,
        is_enabled=True,
        condition=None if criteria is None else compile_predicate(criteria, MODULE),
        config=action_kind(kind).config_model.model_validate(config),
    )


def owners(people: set[int] | None = None, teams: set[int] | None = None, *dynamic: DynamicOwner) -> Owners:
    return Owners(frozenset(people or ()), frozenset(teams or ()), dynamic)


def codes(found: VersionDef) -> list[tuple[str, str]]:
    return [(finding.code, finding.key) for finding in verify(found, TODAY)]


def changed(**values: Any) -> VersionDef:
    """The sound process with something else about the transition that wins."""
    return version(BEGIN, replace(WIN, **values), LOSE)


class TestVerify:
    def test_finds_nothing_in_a_sound_process(self) -> None:
        assert verify(version(), TODAY) == []

    def test_says_what_is_wrong_with_which_part(self) -> None:
        assert verify(changed(owners=owners()), TODAY) == [
            Finding(
                Level.ERROR,
                "no_owner",
                "Win: Nobody owns the transition, so nobody could perform it.",
                Subject.TRANSITION,
                "win",
            )
        ]


class TestStates:
    def test_need_a_start(self) -> None:
        states = (replace(NEW, is_start=False), TALK, WON, LOST)
        assert codes(version(states=states)) == [("no_start", "")]

    def test_need_an_exit(self) -> None:
        again = move("again", [WON, LOST], NEW)
        states = (NEW, TALK, replace(WON, is_exit=False), replace(LOST, is_exit=False))
        assert codes(version(*SOUND, again, states=states)) == [("no_exit", "")]

    def test_must_be_reached_from_the_start(self) -> None:
        assert codes(version(WIN, LOSE)) == [("unreachable", "talk"), ("unreachable", "won")]

    def test_are_reached_through_an_exit_too(self) -> None:
        moves = (move("skip", [NEW], WON), move("reopen", [WON], TALK), LOSE)
        assert codes(version(*moves)) == []

    def test_must_lead_on_unless_they_are_exits(self) -> None:
        moves = (BEGIN, move("win", [NEW], WON), move("lose", [NEW], LOST))
        assert codes(version(*moves)) == [("dead_end", "talk")]

    def test_a_transition_back_into_itself_leads_nowhere(self) -> None:
        moves = (BEGIN, move("wait", [TALK], TALK), move("win", [NEW], WON), move("lose", [NEW], LOST))
        assert codes(version(*moves)) == [("dead_end", "talk")]

    def test_must_have_a_way_to_an_exit(self) -> None:
        other = state(5, "other", label="Other")
        option = Option(key="other", label="Other")
        moves = (
            BEGIN,
            move("win", [NEW], WON),
            move("lose", [NEW], LOST),
            move("there", [TALK], other),
            move("back", [other], TALK),
        )
        field = replace(STAGE, options=(*STAGE.options, option))
        found = version(*moves, states=(NEW, TALK, WON, LOST, other), state_field=field)
        assert codes(found) == [("no_way_to_exit", "talk"), ("no_way_to_exit", "other")]

    def test_must_be_values_of_the_picklist(self) -> None:
        without = replace(STAGE, options=STAGE.options[:3])
        assert codes(version(state_field=without)) == [("missing_option", "lost")]
        archived = (*STAGE.options[:3], Option(key="lost", label="Lost", is_archived=True))
        assert codes(version(state_field=replace(STAGE, options=archived))) == [("missing_option", "lost")]

    def test_may_carry_the_empty_value(self) -> None:
        empty = state(1, "", label="-None-", is_start=True)
        begin = move("begin", [empty], TALK)
        assert codes(version(begin, WIN, LOSE, states=(empty, TALK, WON, LOST))) == []

    def test_must_not_share_a_name(self) -> None:
        states = (NEW, TALK, WON, replace(LOST, label="won"))
        assert codes(version(states=states)) == [("same_state_name", "won")]


class TestTheProcess:
    @pytest.mark.parametrize("field", [replace(STAGE, is_archived=True), replace(STAGE, kind=FieldKind.TEXT)])
    def test_needs_a_picklist_in_use(self, field: FieldDef) -> None:
        assert ("state_field", "") in codes(version(state_field=field))

    def test_checks_entry_criteria(self) -> None:
        criteria = parse({"field": "gone", "op": "is", "value": "x"})
        assert criteria is not None
        found = verify(version(entry=compile_predicate(criteria, MODULE)), TODAY)
        assert [(finding.code, finding.subject) for finding in found] == [("entry_criteria", Subject.PROCESS)]
        assert found[0].message == "Entry criteria: There is no field “gone”."


class TestTransitions:
    def test_need_names_that_differ_where_they_meet(self) -> None:
        other = move("other", [TALK], LOST, name="WIN")
        found = verify(version(*SOUND, other), TODAY)
        assert [(finding.code, finding.key) for finding in found] == [("same_name", "other")]
        assert found[0].message == "Two transitions “WIN” are offered in “Talk”."

    def test_a_common_one_meets_those_of_every_state(self) -> None:
        assert codes(version(BEGIN, WIN, replace(LOSE, name="Begin"))) == [("same_name", "lose")]

    def test_may_share_a_name_where_they_never_meet(self) -> None:
        assert codes(version(BEGIN, replace(WIN, name="Begin"), LOSE)) == []

    def test_must_be_offered_somewhere(self) -> None:
        states = (replace(NEW, is_exit=True), WON)
        again = move("again", [NEW], WON)
        assert ("no_source", "lose") in codes(version(again, replace(LOSE, to_state=WON), states=states))

    @pytest.mark.parametrize(
        "who", [owners({GONE}), owners(None, {EMPTY_TEAM}), owners({GONE}, {EMPTY_TEAM})]
    )
    def test_warn_where_owners_come_to_nobody(self, who: Owners) -> None:
        (finding,) = verify(changed(owners=who), TODAY)
        assert (finding.level, finding.code) == (Level.WARNING, "nobody")
        assert not finding.is_error

    @pytest.mark.parametrize(
        "who",
        [
            owners({GONE, ALICE}),
            owners(None, {LEGAL}),
            owners({GONE}, None, DynamicOwner(kind=OwnerKind.RECORD_OWNER)),
            owners(None, None, DynamicOwner(kind=OwnerKind.USER_FIELD, field="approver")),
            owners(None, None, DynamicOwner(kind=OwnerKind.USER_FIELD, field="owner")),
        ],
    )
    def test_are_content_with_one_owner(self, who: Owners) -> None:
        assert codes(changed(owners=who)) == []

    @pytest.mark.parametrize("key", ["gone", "amount", None])
    def test_need_a_person_field_for_an_owner(self, key: str | None) -> None:
        who = owners(None, None, DynamicOwner(kind=OwnerKind.USER_FIELD, field=key))
        assert codes(changed(owners=who)) == [("owner_field", "win")]

    @pytest.mark.parametrize(
        "criteria",
        [
            {"field": "gone", "op": "is", "value": "x"},
            {"field": "old", "op": "is", "value": "x"},
            {"field": "amount", "op": "contains", "value": "x"},
            {"field": "amount", "op": "gt", "value": "much"},
            {"field": "stage", "op": "is", "value": "gone"},
            {"any": [{"field": "amount", "op": "gt", "value": 1}, {"field": "gone", "op": "is_empty"}]},
        ],
    )
    def test_check_their_criteria(self, criteria: dict[str, Any]) -> None:
        win = move("win", [TALK], WON, criteria=criteria)
        assert codes(version(BEGIN, win, LOSE)) == [("criteria", "win")]


class TestItems:
    def test_check_merge_fields(self) -> None:
        assert codes(changed(items=(item(text="{{ record.amount }}"),))) == []
        (finding,) = verify(changed(items=(item(text="{{ record.amuont }}"),)), TODAY)
        assert finding.code == "merge_field"
        assert "amount" in finding.message

    @pytest.mark.parametrize("key", ["gone", "old"])
    def test_need_a_field_in_use(self, key: str) -> None:
        assert codes(changed(items=(item(key),))) == [("item_field", "win")]

    def test_cannot_ask_for_the_state(self) -> None:
        assert codes(changed(items=(item("stage"),))) == [("item_state_field", "win")]

    def test_check_their_rules(self) -> None:
        rule = RefuseWhen(criteria={"field": "gone", "op": "is_empty"}, message="No")
        assert codes(changed(items=(item("amount", refuse_when=(rule,)),))) == [("refuse_when", "win")]


class TestActions:
    def test_check_their_settings(self) -> None:
        assert codes(changed(actions=(action("task", title="Call"),))) == []
        assert codes(changed(actions=(action("task", title=" "),))) == [("action", "win")]
        assert codes(changed(actions=(action("task", title="{{ record.gone }}"),))) == [("action", "win")]

    def test_check_their_condition(self) -> None:
        condition = {"field": "gone", "op": "is_empty"}
        assert codes(changed(actions=(action("task", condition, title="Call"),))) == [("condition", "win")]

    def test_cannot_write_the_state(self) -> None:
        update = action("field_update", updates=[{"field": "stage", "value": "lost"}])
        assert codes(changed(actions=(update,))) == [("action_state_field", "win")]
