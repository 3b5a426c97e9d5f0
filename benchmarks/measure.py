"""Measures one database, as a process of its own whose environment names it."""

import argparse
from importlib import import_module
from pathlib import Path

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    django.setup()
    # Models can be imported only now.
    workloads = import_module("benchmarks.workloads")
    result = workloads.measure_database(is_quick=options.quick)
    options.out.write_text(result.model_dump_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
