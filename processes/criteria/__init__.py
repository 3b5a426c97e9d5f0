"""Criteria: one typed tree with three readings, a Python predicate, a database query and a sentence."""

from processes.criteria.facts import CheckResult, Facts, GroupResult
from processes.criteria.parsing import parse
from processes.criteria.predicate import Predicate, compile_predicate
from processes.criteria.query import as_q
from processes.criteria.rules import problems_of as check
from processes.criteria.tree import Criteria, CriteriaError, Days, Group, Leaf, Literal, Me, Operand
from processes.criteria.words import DescribedCheck, describe, names_needed, sentence
from processes.fields.operators import Operator

__all__ = [
    "CheckResult",
    "Criteria",
    "CriteriaError",
    "Days",
    "DescribedCheck",
    "Facts",
    "Group",
    "GroupResult",
    "Leaf",
    "Literal",
    "Me",
    "Operand",
    "Operator",
    "Predicate",
    "as_q",
    "check",
    "compile_predicate",
    "describe",
    "names_needed",
    "parse",
    "sentence",
]
