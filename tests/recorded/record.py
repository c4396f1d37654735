"""Keep answered requests: `python -m tests.recorded.record FOLDER POOL NAME` (see README.md)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

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
        context, end = json.JSONDecoder().raw_decode(user)
        operation = request["response_format"]["json_schema"]["name"]
        kept = {
            "operation": operation,
            "asked": digest(system + user[end:].strip()),
            "pool": pool,
            "tools": [tool["name"] for tool in context.pop("tools")],
            "context": context,
            "answer": reply.read_text(),
        }
        target = HERE / f"{operation}-{name}-{file.name[:4]}.json"
        target.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    record(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
