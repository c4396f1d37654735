"""An engine for each model: whether there is such a model, and whether it works, is not told by the answers of another."""

from __future__ import annotations

from collections.abc import Callable

from toolace_mt.engines.base import Completion, Engine, Request


class PerModel:
    """An engine that passes each request to the engine of its model, which `make` makes of its name when it is first needed.

    So a role's model that there is not ends the run at its first request, however many answers other models give.
    """

    def __init__(self, make: Callable[[str], Engine]) -> None:
        self._make = make
        self._engines: dict[str, Engine] = {}

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises what the model's engine raises."""
        engine = self._engines.get(request.model)
        if engine is None:
            engine = self._engines[request.model] = self._make(request.model)
        return await engine.complete(request)
