from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from toolace_mt.config import Config
from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.runs.recipes import recipe_for
from toolace_mt.tools.pool import ToolPool


class Overheard:
    """The offline engine, whose requests are kept."""

    def __init__(self) -> None:
        self.inner = OfflineEngine(open_builtin)
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.requests.append(request)
        return await self.inner.complete(request)


@pytest.mark.parametrize("method", ["nar", "mas"])
def test_all_dialogues_of_a_run_are_asked_in_the_words_of_its_start(method: str, tmp_path: Path) -> None:
    (tmp_path / "task_initialization.md").write_text("Write the task.")
    config = Config.model_validate({"engine": {"prompts": str(tmp_path)}, "run": {"method": method}})
    engine = Overheard()
    recipe = recipe_for(config, engine, ToolPool(builtin_tools("shop")), lambda _: open_builtin)
    asyncio.run(recipe.make(0))
    (tmp_path / "task_initialization.md").write_text("Write another task.")
    asyncio.run(recipe.make(1))
    tasks = [r.messages[1].content for r in engine.requests if r.operation == "task_initialization"]
    assert len(tasks) >= 2
    assert all(text.endswith("\n\nWrite the task.") for text in tasks)
    again = recipe_for(config, engine, ToolPool(builtin_tools("shop")), lambda _: open_builtin)
    asyncio.run(again.make(0))
    tasks = [r.messages[1].content for r in engine.requests if r.operation == "task_initialization"]
    assert tasks[-1].endswith("\n\nWrite another task.")
