"""A specification as the text of a process file: the same bytes for the same specification, always."""

import re
from typing import Any

import yaml

from processes.files.specs import ProcessFile

# Short lists and mappings of plain values stay on one line.
_ONE_LINE = 90
_LINE_BREAKS = re.compile(r"[\n\r\x85\u2028\u2029]")
_ODD_LINE_BREAKS = re.compile(r"[\r\x85\u2028\u2029]")


def write_process_file(file: ProcessFile) -> bytes:
    """Canonical YAML in UTF-8: defaults are left out, texts of several lines stand as they are."""
    data = file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        default_flow_style=False,
    )
    return text.encode()


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Lists stand indented under their key.
        super().increase_indent(flow, False)

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = _fits_one_line(node.value)
        return node

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = _fits_one_line([part for pair in node.value for part in pair])
        return node


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if _LINE_BREAKS.search(text):
        style = '"' if _ODD_LINE_BREAKS.search(text) else "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _fits_one_line(nodes: list[yaml.Node]) -> bool:
    length = 0
    for node in nodes:
        if not isinstance(node, yaml.ScalarNode) or node.style in {"|", '"'}:
            return False
        length += len(node.value) + 2
    return length <= _ONE_LINE


_Dumper.add_representer(str, _represent_text)
