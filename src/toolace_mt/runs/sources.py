"""Where the inputs of a run come from: tools of every source, environments that run them, example tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
from pydantic import ValidationError

from toolace_mt.environments.builtin import builtin_tools
from toolace_mt.errors import InputError
from toolace_mt.tools.sources import LoadedTools, load_tools
from toolace_mt.types import Task


def read_tools(sources: Sequence[str]) -> LoadedTools:
    """The tools of all `sources` (see `--tools`). Raises InputError."""
    return load_tools(sources, builtin_tools)


def read_examples(file: str | None) -> tuple[Task, ...]:
    """Example tasks from a JSONL file of `{"subtasks": [{"goal", "tools", "steps"}]}`. Raises InputError."""
    if file is None:
        return ()
    try:
        lines = Path(file).read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
    examples: list[Task] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            examples.append(Task.model_validate(orjson.loads(line)))
        except orjson.JSONDecodeError as error:
            raise InputError(f"{file}:{number}: is not JSON: {error}") from None
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(str(part) for part in problem["loc"])
            raise InputError(f"{file}:{number}: field {field}: {problem['msg']}") from None
    return tuple(examples)
