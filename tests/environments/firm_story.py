"""A story whose refusals change nothing, not even for a moment: the tools refuse before they touch anything."""

from __future__ import annotations

import copy
from typing import Any

from tests.environments.test_stories import Story


class FirmStory(Story):
    """Looks at the very object that refused; the environment goes on with a restored copy of it."""

    def refused(self, tool: str, **arguments: Any) -> str:
        instance: Any = vars(self.environment)["_instance"]
        before = copy.deepcopy(vars(instance))
        told = super().refused(tool, **arguments)
        assert vars(instance) == before
        return told
