"""One form for each specification, so that two that mean the same are equal."""

from typing import Any

from processes.files.checks import action_keys, item_keys
from processes.files.exporting import criteria_spec, settings_spec, state_order
from processes.files.specs import ActionSpec, ItemSpec, ProcessSpec, StateSpec, TransitionSpec
from processes.models import Field


def canonical(spec: ProcessSpec, state_field: Field, earlier: ProcessSpec | None) -> ProcessSpec:
    """States in the picklist's order, every key written, and where no place is given the one that the same
    thing had before: a file without places doesn't undo a drawing."""
    states = {state.key: state for state in earlier.states} if earlier else {}
    moves = {move.key: move for move in earlier.transitions} if earlier else {}
    return spec.model_copy(
        update={
            "entry_criteria": criteria_spec(spec.entry_criteria),
            "states": tuple(
                _state(state, states.get(state.key))
                for state in sorted(spec.states, key=lambda state: state_order(state_field, state.key))
            ),
            "transitions": tuple(_transition(move, moves.get(move.key)) for move in spec.transitions),
        }
    )


def _state(state: StateSpec, earlier: StateSpec | None) -> StateSpec:
    if earlier is None or state.x is not None or state.y is not None:
        return state
    return state.model_copy(update={"x": earlier.x, "y": earlier.y})


def _transition(move: TransitionSpec, earlier: TransitionSpec | None) -> TransitionSpec:
    update: dict[str, Any] = {
        "owners": move.owners.model_copy(
            update={"people": tuple(sorted(move.owners.people)), "teams": tuple(sorted(move.owners.teams))}
        ),
        "criteria": criteria_spec(move.criteria),
        "during": tuple(map(_item, move.during, item_keys(move.during))),
        "after": tuple(map(_action, move.after, action_keys(move.after))),
    }
    if earlier is not None and move.x is None and move.y is None:
        update |= {"x": earlier.x, "y": earlier.y, "pinned": earlier.pinned}
    return move.model_copy(update=update)


def _item(item: ItemSpec, key: str) -> ItemSpec:
    rules = tuple(
        rule.model_copy(update={"criteria": criteria_spec(rule.criteria)}) for rule in item.refuse_when
    )
    return item.model_copy(update={"key": None if key == item.field else key, "refuse_when": rules})


def _action(action: ActionSpec, key: str) -> ActionSpec:
    return action.model_copy(
        update={
            "key": key,
            "condition": criteria_spec(action.condition),
            "settings": settings_spec(action.kind, action.settings),
        }
    )
