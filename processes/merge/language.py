"""The language of merge fields: parsing, the allow-list of its tree, and the check when a text is saved."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processes.choices import FieldKind
from processes.merge.values import FILTERS

if TYPE_CHECKING:
    from processes.definition import ModuleDef

MAX_SOURCE = 20_000
MAX_STEPS = 10


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A merge field: where its value is, and the filters it goes through, with their arguments."""

    path: tuple[str, ...]
    filters: tuple[tuple[str, tuple[Any, ...]], ...]

    @property
    def name(self) -> str:
        return ".".join(self.path)


type Piece = str | Placeholder


class MergeTextError(ValueError):
    """A text that isn't of the language; its text says why in the reader's language."""


def _make_parser() -> ImmutableSandboxedEnvironment:
    # No comments: what stands behind a stray "{#" would vanish from the text.
    parser = ImmutableSandboxedEnvironment(
        keep_trailing_newline=True, comment_start_string="\x00{#", comment_end_string="#}\x00"
    )
    # Only its syntax is used; with nothing in it, a mistake here could still not reach anything.
    for namespace in (parser.globals, parser.filters, parser.tests):
        namespace.clear()
    return parser


_PARSER = _make_parser()


def parse_text(source: str) -> tuple[Piece, ...]:
    """The text as literal pieces and placeholders; raises MergeTextError."""
    if len(source) > MAX_SOURCE:
        raise MergeTextError(_("The text may have at most %(limit)d characters.") % {"limit": MAX_SOURCE})
    if "{" not in source:
        return (source,)
    try:
        tree = _PARSER.parse(source)
    except TemplateSyntaxError as error:
        raise MergeTextError(
            _("Line %(line)d: a merge field is written like {{ record.name }}.") % {"line": error.lineno}
        ) from error
    except (RecursionError, ValueError) as error:
        raise MergeTextError(_("The text can’t be read: something in it is far too long.")) from error
    return tuple(_piece(node) for output in tree.body for node in _output_nodes(output))


# The same text is rendered many times; what isn't of the language is remembered, too.
@lru_cache(maxsize=1000)
def pieces_of(source: str) -> tuple[Piece, ...] | None:
    """The parsed text, None for one that isn't of the language."""
    try:
        return parse_text(source)
    except MergeTextError:
        return None


def check_text(source: str, paths: Collection[str]) -> list[str]:
    """What is wrong with the text, as sentences; `paths` are the merge fields it may use."""
    try:
        pieces = parse_text(source)
    except MergeTextError as error:
        return [str(error)]
    unknown = [p.name for p in pieces if isinstance(p, Placeholder) and p.name not in paths]
    return [_unknown(name, paths) for name in dict.fromkeys(unknown)]


def record_fields(source: str) -> frozenset[str]:
    """Keys of the record's fields that the text names; none for a text that isn't of the language."""
    placeholders = [piece for piece in pieces_of(source) or () if isinstance(piece, Placeholder)]
    return frozenset(p.path[1] for p in placeholders if p.path[0] == "record" and len(p.path) > 1)


def merge_paths(module: "ModuleDef") -> frozenset[str]:
    """The merge fields that texts about records of this module may use."""
    paths = {"record.url", "actor.name", "actor.email", "process.name", "state.name"}
    for field in module.fields.values():
        if field.is_archived:
            continue
        paths.add(f"record.{field.key}")
        if field.kind in {FieldKind.USER, FieldKind.LOOKUP}:
            paths.add(f"record.{field.key}.name")
        if field.kind == FieldKind.USER:
            paths.add(f"record.{field.key}.email")
    return frozenset(paths)


def _unknown(name: str, paths: Collection[str]) -> str:
    nearest = get_close_matches(name, sorted(paths), n=1)
    if nearest:
        return _("There is no merge field “%(name)s”. Did you mean “%(nearest)s”?") % {
            "name": name,
            "nearest": nearest[0],
        }
    return _("There is no merge field “%(name)s”.") % {"name": name}


def _output_nodes(node: nodes.Node) -> list[nodes.Expr]:
    if isinstance(node, nodes.Output):
        return node.nodes
    raise _refused(node)


def _piece(node: nodes.Expr) -> Piece:
    if isinstance(node, nodes.TemplateData):
        return node.data
    filters: list[tuple[str, tuple[Any, ...]]] = []
    inner: nodes.Expr | None = node
    while isinstance(inner, nodes.Filter):
        filters.insert(0, _filter(inner))
        inner = inner.node
    path: list[str] = []
    while isinstance(inner, nodes.Getattr):
        path.insert(0, inner.attr)
        inner = inner.node
    if not isinstance(inner, nodes.Name):
        raise _refused(node)
    path.insert(0, inner.name)
    if len(path) + len(filters) > MAX_STEPS or any(part.startswith("_") for part in path):
        raise _refused(node)
    return Placeholder(tuple(path), tuple(filters))


def _filter(node: nodes.Filter) -> tuple[str, tuple[Any, ...]]:
    known = FILTERS.get(node.name)
    if known is None:
        raise MergeTextError(
            _("Line %(line)d: there is no filter “%(name)s”. There are: %(known)s.")
            % {"line": node.lineno, "name": node.name, "known": ", ".join(FILTERS)}
        )
    arguments = tuple(arg.value for arg in node.args if isinstance(arg, nodes.Const))
    is_constant = len(arguments) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    if not is_constant or not known.accepts(arguments):
        raise MergeTextError(
            _("Line %(line)d: the filter “%(name)s” doesn’t take this in its parentheses.")
            % {"line": node.lineno, "name": node.name}
        )
    return node.name, arguments


def _refused(node: nodes.Node) -> MergeTextError:
    return MergeTextError(
        _(
            "Line %(line)d: only merge fields like {{ record.name }} and filters may stand in a text; "
            "it can’t calculate, call or decide."
        )
        % {"line": node.lineno or 1}
    )
