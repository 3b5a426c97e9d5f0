"""The operators of criteria."""

from enum import StrEnum


class Operator(StrEnum):
    """How a rule compares. Each kind of field lists those that fit it."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    ON = "on"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"

    @property
    def takes_value(self) -> bool:
        return self not in {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}

    @property
    def takes_list(self) -> bool:
        return self in {Operator.IN, Operator.NOT_IN, Operator.BETWEEN}


type Operators = tuple[Operator, ...]

_EMPTINESS: Operators = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
_EQUALITY: Operators = (Operator.IS, Operator.IS_NOT)
_MEMBERSHIP: Operators = (Operator.IN, Operator.NOT_IN)

CHOICE_OPERATORS: Operators = (*_EQUALITY, *_MEMBERSHIP, *_EMPTINESS)
YES_NO_OPERATORS: Operators = (*_EQUALITY, *_EMPTINESS)
SET_OPERATORS: Operators = (Operator.CONTAINS, Operator.NOT_CONTAINS, *CHOICE_OPERATORS)
TEXT_OPERATORS: Operators = (
    *_EQUALITY,
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.STARTS_WITH,
    Operator.ENDS_WITH,
    *_MEMBERSHIP,
    *_EMPTINESS,
)
NUMBER_OPERATORS: Operators = (
    *_EQUALITY,
    Operator.GT,
    Operator.GTE,
    Operator.LT,
    Operator.LTE,
    Operator.BETWEEN,
    *_MEMBERSHIP,
    *_EMPTINESS,
)
TIME_OPERATORS: Operators = (
    Operator.ON,
    Operator.IS_NOT,
    Operator.BEFORE,
    Operator.AFTER,
    Operator.LTE,
    Operator.GTE,
    Operator.BETWEEN,
    *_EMPTINESS,
)
EMPTINESS_OPERATORS: Operators = _EMPTINESS
