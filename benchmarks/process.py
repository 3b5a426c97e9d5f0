"""The process that is measured: a ring of ten states with three ways out of each, as a process file."""

import json
from typing import Any

STEPS = 10

MAIL = {
    "to": ["record_owner"],
    "subject": "{{ record.name }}",
    "body": "{{ actor.name }} has moved it.\n\nAmount: {{ record.amount }}\nClosing: {{ record.closing }}\n",
}


def state_key(step: int) -> str:
    return f"step_{step % STEPS}"


def go_key(step: int) -> str:
    """The transition that is measured: from one step to the next, two form fields, one e-mail."""
    return f"go_{step % STEPS}"


def process_file() -> bytes:
    """Ten states, thirty transitions between them and one to the exit; rules; owners of several kinds."""
    file = {"blueprint": 1, "modules": [_module()], "process": _process()}
    # JSON is YAML, too.
    return json.dumps(file).encode()


def _module() -> dict[str, Any]:
    stages = [
        {"key": state_key(step), "label": f"Step {step + 1}", "colour": "blue"} for step in range(STEPS)
    ]
    statuses = [{"key": "planned", "label": "Planned"}, {"key": "done", "label": "Done"}]
    fields: list[dict[str, Any]] = [
        {"key": "amount", "label": "Amount", "kind": "currency", "settings": {"currency": "EUR"}},
        {"key": "discount", "label": "Discount", "kind": "percent"},
        {"key": "closing", "label": "Closing", "kind": "date"},
        {"key": "demo_status", "label": "Product demo", "kind": "picklist", "options": statuses},
        {"key": "reference", "label": "Reference", "kind": "text"},
        {"key": "approver", "label": "Approver", "kind": "user"},
        {"key": "phone", "label": "Phone", "kind": "phone"},
        {"key": "website", "label": "Website", "kind": "url"},
        {"key": "seats", "label": "Seats", "kind": "integer"},
        {"key": "is_renewal", "label": "Renewal", "kind": "boolean"},
        {"key": "story", "label": "Story", "kind": "long_text"},
        {
            "key": "stage",
            "label": "Stage",
            "kind": "picklist",
            "options": [*stages, {"key": "won", "label": "Won", "colour": "green"}],
        },
    ]
    return {"key": "deals", "label": "Deal", "label_plural": "Deals", "sharing": "private", "fields": fields}


def _process() -> dict[str, Any]:
    states: list[dict[str, Any]] = [{"key": state_key(step), "start": step == 0} for step in range(STEPS)]
    transitions = [transition for step in range(STEPS) for transition in _ways_out(step)]
    close = {"key": "close", "name": "Close", "common": True, "to": "won", "owners": {"teams": ["Board"]}}
    return {
        "key": "ring",
        "name": "Ring",
        "module": "deals",
        "state_field": "stage",
        "states": [*states, {"key": "won", "exit": True}],
        "transitions": [*transitions, close],
    }


def _ways_out(step: int) -> list[dict[str, Any]]:
    """One that is always there for the owner, one for a team by an amount, one by a status."""
    return [
        {
            "key": go_key(step),
            "name": f"Go on from {step + 1}",
            "from": [state_key(step)],
            "to": state_key(step + 1),
            "owners": {"dynamic": ["record_owner"]},
            "during": [{"field": "closing", "required": True}, {"field": "amount", "required": True}],
            "after": [{"kind": "email", "settings": MAIL}],
        },
        {
            "key": f"large_{step}",
            "name": f"Approve {step + 1}",
            "from": [state_key(step)],
            "to": state_key(step + 2),
            "owners": {"teams": ["Legal"]},
            "criteria": {"field": "amount", "op": "gt", "value": 10000},
        },
        {
            "key": f"shown_{step}",
            "name": f"Skip from {step + 1}",
            "from": [state_key(step)],
            "to": state_key(step + 3),
            "owners": {"dynamic": ["record_owner", "manager"]},
            "criteria": {"all": [{"field": "demo_status", "op": "is", "value": "done"}]},
        },
    ]
