"""Process files: a process with its modules as one readable YAML file."""

from processes.files.parsing import parse_process_file
from processes.files.problems import FileProblem, ProcessFileError
from processes.files.reading import read_bytes
from processes.files.specs import ProcessFile
from processes.files.writing import write_process_file

__all__ = [
    "FileProblem",
    "ProcessFile",
    "ProcessFileError",
    "parse_process_file",
    "read_bytes",
    "write_process_file",
]
