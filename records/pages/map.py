"""The process map with a record's way on it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from processes.definition import StateDef, TransitionDef, VersionDef
from processes.maps import MapState, MapTransition, Overlay, ProcessMap, StoredRoute, arrange, process_map
from records.engine.standing import Standing
from records.pages.standing import Offer
from records.selectors.record_page import Step

type Drawn = tuple[tuple[MapState, ...], tuple[MapTransition, ...]]


def record_map(standing: Standing, steps: Iterable[Step], offers: Iterable[Offer]) -> ProcessMap:
    version = standing.version
    states, transitions = _drawn(version)
    return process_map(
        states,
        transitions,
        _overlay(standing, steps, offers),
        label=_("Map of “%(process)s” with the way of this record") % {"process": version.process_name},
    )


def _drawn(version: VersionDef) -> Drawn:
    """The version's places and routes; where it has none, laid out once for each language."""
    key = f"map {get_language()}"
    if key not in version.derived:
        version.derived[key] = _lay_out(version)
    drawn: Drawn = version.derived[key]
    return drawn


def _lay_out(version: VersionDef) -> Drawn:
    states = tuple(_state(state) for state in version.states)
    transitions = tuple(_transition(version, transition) for transition in version.transitions)
    if all(state.x is not None for state in states):
        return states, transitions
    placed = arrange(states, transitions)
    return (
        tuple(_state_at(state, *placed.states[state.key]) for state in states),
        tuple(
            _transition_at(item, *placed.transitions[item.key], placed.routes[item.key])
            for item in transitions
        ),
    )


def _state_at(state: MapState, x: int, y: int) -> MapState:
    return replace(state, x=x, y=y)


def _transition_at(
    transition: MapTransition, x: int, y: int, routes: Mapping[str, StoredRoute]
) -> MapTransition:
    return replace(transition, x=x, y=y, routes=routes)


def _state(state: StateDef) -> MapState:
    return MapState(state.key, str(state.label), state.colour, state.step, state.x, state.y)


def _overlay(standing: Standing, steps: Iterable[Step], offers: Iterable[Offer]) -> Overlay:
    visited: dict[str, int] = {}
    taken: set[str | tuple[str, str]] = set()
    for step in steps:
        if step.from_key is not None:
            visited[step.from_key] = visited.get(step.from_key, 0) + step.times
            if step.transition_key is not None:
                taken.add((step.from_key, step.transition_key))
    return Overlay(
        visited=visited,
        taken=taken,
        current=standing.state.key,
        available={offer.transition.key: offer.url for offer in offers},
    )


def _transition(version: VersionDef, transition: TransitionDef) -> MapTransition:
    states = version.states_by_id
    return MapTransition(
        key=transition.key,
        name=transition.name,
        sources=tuple(state.key for state in version.states if state.id in transition.source_ids),
        target=transition.to_state.key,
        is_common=transition.is_common,
        x=transition.x,
        y=transition.y,
        routes={states[pk].key: route for pk, route in transition.routes.items() if pk in states and route},
    )
