"""Merge fields: texts written by administrators with values of the record in them.

The syntax is Jinja2's, the language is not: a text is parsed with Jinja2, its tree is checked against
an allow-list (texts, paths, listed filters with constant arguments), and what passes is interpreted on plain
data: nothing is compiled, so nothing can run.
"""

from processes.merge.language import check_text, merge_paths, record_fields
from processes.merge.rendering import Rendered, header, render, render_report
from processes.merge.values import MergeValue

__all__ = [
    "MergeValue",
    "Rendered",
    "check_text",
    "header",
    "merge_paths",
    "record_fields",
    "render",
    "render_report",
]
