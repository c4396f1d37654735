"""What the stages of one dialogue work with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.environments.base import OpenEnvironment
from toolace_mt.operations.base import World
from toolace_mt.rules import check
from toolace_mt.stages.variety import NO_LOT, Lot
from toolace_mt.types import Dialogue, Finding, Task


@dataclass(frozen=True)
class Scope:
    """One dialogue's way to ask, its configuration, and its world where its tools can run.

    examples: example tasks to draw few-shot material from. repeatable: whether its calls can be run once more.
    lot: what falls to this dialogue by its number.
    """

    asker: Asker
    config: Config
    open_environment: OpenEnvironment
    world: World | None = None
    examples: Sequence[Task] = ()
    repeatable: bool = True
    lot: Lot = NO_LOT

    def check(self, dialogue: Dialogue, skip: Collection[str] = ()) -> list[Finding]:
        """What the rules find, but for those that `skip` names and those that `verify.skip_rules` leaves out."""
        return check(dialogue, skip={*self.config.verify.skip_rules, *skip})
