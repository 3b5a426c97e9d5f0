"""The page in docs/ is the one that its result gives."""

from benchmarks.__main__ import DOCUMENT
from benchmarks.budgets import judge, read_budgets
from benchmarks.report import as_page
from benchmarks.results import Result


def published() -> Result:
    return Result.model_validate_json(DOCUMENT.with_suffix(".json").read_text(encoding="utf-8"))


class TestPage:
    def test_is_what_its_result_gives(self):
        found = published()
        assert DOCUMENT.read_text(encoding="utf-8") == as_page(found, judge(found, read_budgets()))

    def test_tells_of_both_databases(self):
        assert [one.database for one in published().databases] == ["sqlite", "postgresql"]
