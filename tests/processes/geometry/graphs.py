"""The graphs on which the geometry is measured: a sale in French, a deal, and a big one made by chance."""

import random

from processes.geometry.graph import Chip, Graph, Node, Pill
from processes.geometry.metrics import chip_label, pill_label, state_label

ALL = ("*",)
type Arrow = tuple[str, tuple[str, ...], str]

SALE_STATES = (
    "Nouveau",
    "Qualification",
    "Analyse du besoin",
    "En attente client",
    "Devis envoyé",
    "Négociation",
    "Gagné",
    "Perdu",
)
SALE_ARROWS: tuple[Arrow, ...] = (
    ("Prendre en charge", ("Nouveau",), "Qualification"),
    ("Qualifier", ("Qualification",), "Analyse du besoin"),
    ("Mettre en pause", ("Analyse du besoin",), "En attente client"),
    ("Reprendre", ("En attente client",), "Analyse du besoin"),
    ("Relancer", ("En attente client",), "En attente client"),
    ("Préparer le devis", ("Analyse du besoin",), "Devis envoyé"),
    ("Revenir à la qualification", ("Devis envoyé",), "Qualification"),
    ("Ouvrir la négociation", ("Devis envoyé",), "Négociation"),
    ("Devis accepté", ("Devis envoyé",), "Gagné"),
    ("Réviser le devis", ("Négociation",), "Devis envoyé"),
    ("Signer", ("Négociation",), "Gagné"),
    ("Abandonner", ALL, "Perdu"),
    ("Rejeter", ("Qualification",), "Perdu"),
    ("Rouvrir", ("Perdu",), "Qualification"),
)

DEAL_STATES = (
    "Qualification",
    "Needs analysis",
    "Product demo",
    "Legal review",
    "Closed won",
    "Closed lost",
)
DEAL_ARROWS: tuple[Arrow, ...] = (
    ("Qualify", ("Qualification",), "Needs analysis"),
    ("Plan demo", ("Needs analysis",), "Product demo"),
    ("Demo done", ("Product demo",), "Product demo"),
    ("Send to legal", ALL, "Legal review"),
    ("Submit documents", ("Legal review",), "Closed won"),
    ("Close as lost", ALL, "Closed lost"),
    ("Back to analysis", ("Product demo",), "Needs analysis"),
    ("Reopen", ("Closed lost",), "Qualification"),
)

_VERBS = ("Valider", "Planifier", "Contrôler", "Signer", "Affecter", "Archiver", "Préparer", "Suspendre")
_NOUNS = ("facture", "contrat", "devis", "dossier", "audit", "visite", "commande", "litige")
_LEAPS = (-12, -5, -3, -2, -1, 0, 1, 2, 3, 4, 6, 9, 20)


def graph(states: tuple[str, ...], arrows: tuple[Arrow, ...], exits: tuple[str, ...] = ()) -> Graph:
    nodes = tuple(Node(name, *state_label(name).size, is_exit=name in exits) for name in states)
    return Graph(nodes, tuple(pill(*arrow) for arrow in arrows))


def pill(name: str, sources: tuple[str, ...], target: str) -> Pill:
    key = f"{name} →"
    size = pill_label(name).size
    if sources == ALL:
        chip = Chip(f"{name} ←", *chip_label("All 6 states").size)
        return Pill(key, (), target, *size, chip=chip)
    return Pill(key, sources, target, *size)


def sale() -> Graph:
    return graph(SALE_STATES, SALE_ARROWS, ("Gagné", "Perdu"))


def deal() -> Graph:
    return graph(DEAL_STATES, DEAL_ARROWS, ("Closed won", "Closed lost"))


def big(states: int = 60, transitions: int = 150, seed: int = 20) -> Graph:
    """A long process with leaps ahead, ways back and loops, the same one every time."""
    dice = random.Random(seed)  # noqa: S311
    names = tuple(f"{dice.choice(_VERBS)} {dice.choice(_NOUNS)} {number}" for number in range(states))
    pairs = [(max(0, number - dice.randint(1, 4)), number) for number in range(1, states)]
    while len(pairs) < transitions:
        source = dice.randrange(states)
        pairs.append((source, min(states - 1, max(0, source + dice.choice(_LEAPS)))))
    arrows = tuple(
        (f"{dice.choice(_VERBS)} {dice.choice(_NOUNS)} n° {number}", (names[source],), names[target])
        for number, (source, target) in enumerate(pairs)
    )
    return graph(names, arrows)
