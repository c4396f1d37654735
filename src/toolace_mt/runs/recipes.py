"""Which recipe makes the dialogues of a run: the paper's method, or the baseline that it is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from toolace_mt.baselines.multi_agent import MultiAgent
from toolace_mt.config import Config
from toolace_mt.engines.base import Engine
from toolace_mt.environments.base import OpenFor
from toolace_mt.operations.base import Instructions, instructions
from toolace_mt.runs.users import read_users
from toolace_mt.stages.recipe import Recipe
from toolace_mt.stages.variety import Users
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Outcome, Task


class Making(Protocol):
    """A recipe: it makes the outcome of a dialogue from its number. Only a RunStopped is raised."""

    async def make(self, number: int) -> Outcome:
        """The outcome of dialogue `number`, counted from 0."""
        ...


def recipe_for(
    config: Config,
    engine: Engine,
    pool: ToolPool,
    open_for: OpenFor,
    examples: Sequence[Task] = (),
    users: Users | None = None,
    texts: Instructions | None = None,
) -> Making:
    """The recipe that `config.run.method` names. users, and texts of instructions: read from where `config` says, where not
    given.

    Raises InputError where they cannot be read.
    """
    method = MultiAgent if config.run.method == "mas" else Recipe
    users = users or read_users(config.diversity)
    return method(config, engine, pool, open_for, examples, users, texts or instructions(config.engine.prompts))
