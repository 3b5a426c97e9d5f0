"""Run models: what happens."""

from records.models.event import RecordEvent
from records.models.record import ProcessRun, Record, UniqueValue
from records.models.task import Task

__all__ = ["ProcessRun", "Record", "RecordEvent", "Task", "UniqueValue"]
