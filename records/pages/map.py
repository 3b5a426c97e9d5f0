"""The process map with a record's way on it."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from processes.definition import TransitionDef, VersionDef
from processes.drawing import Glyph
from processes.maps import MapState, MapTransition, Overlay, ProcessMap, process_map
from records.engine.standing import Standing
from records.pages.standing import Offer
from records.selectors.record_page import Step


def record_map(standing: Standing, steps: Iterable[Step], offers: Iterable[Offer]) -> ProcessMap:
    version = standing.version
    return process_map(
        [
            MapState(state.key, str(state.label), state.colour, state.step, state.x, state.y)  # type: ignore[arg-type]
            for state in version.states
        ],
        [_transition(version, transition) for transition in version.transitions],
        _overlay(standing, steps, offers),
        label=_("Map of “%(process)s” with the way of this record") % {"process": version.process_name},
    )


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
        glyphs=tuple(_glyphs(transition)),
    )


def _glyphs(transition: TransitionDef) -> Iterator[Glyph]:
    if transition.owners.users or transition.owners.teams:
        yield "owners"
    if transition.items:
        yield "form"
    if transition.actions:
        yield "actions"
