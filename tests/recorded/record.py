"""Keep answered requests: `python -m tests.recorded.record FOLDER POOL NAME` (see README.md)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.recorded.inputs import digest

HERE = Path(__file__).parent


def record(folder: Path, pool: str, name: str) -> None:
    """Write one file for each answered request of `folder`; re-asks are left out, since they hold an earlier answer."""
    for file in sorted(folder.glob("*.request.json")):
        request = json.loads(file.read_text())
        reply = file.with_name(file.name.replace(".request.json", ".reply.txt"))
        if len(request["messages"]) != 2 or not reply.exists():
            continue
        system, user = (message["content"] for message in request["messages"])
        operation = request["response_format"]["json_schema"]["name"]
        context, told = _agents(system, user) if operation.startswith("agent_") else _document(system, user)
        kept = {
            "operation": operation,
            "asked": digest(told),
            "pool": pool,
            "tools": [tool["name"] for tool in context.pop("tools", [])],
            "context": context,
            "answer": reply.read_text(),
        }
        target = HERE / f"{operation}-{name}-{file.name[:4]}.json"
        target.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def _document(system: str, user: str) -> tuple[dict[str, Any], str]:
    """The context of a request, and what the model is told beside it."""
    context, end = json.JSONDecoder().raw_decode(user)
    return context, system + user[end:].strip()


def _agents(system: str, user: str) -> tuple[dict[str, Any], str]:
    """The same of an agent's request: what lasts stands in the system message, the dialogue in lines."""
    context, end = json.JSONDecoder().raw_decode(system)
    lines, _, tail = user.partition("\n\n")
    context["dialogue"] = [json.loads(line) for line in lines.split("\n")[1:]]
    return context, system[end:].strip() + tail


if __name__ == "__main__":
    record(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
