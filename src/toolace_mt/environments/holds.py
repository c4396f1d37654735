"""Taking turns on something that dialogues share."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager


class Hold:
    """One dialogue's hold on a shared thing, which may be taken again while it is held: locks of asyncio wait for ever.

    take: waits until nobody else has the thing, and gives it back on leaving.
    """

    def __init__(self, take: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._take = take
        self._taken: AbstractAsyncContextManager[None] | None = None
        self._depth = 0

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[None]:
        """Hold it, together with all others of the dialogue who do."""
        if not self._depth:
            taken = self._take()
            await taken.__aenter__()
            self._taken = taken
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth and self._taken is not None:
                await self._taken.__aexit__(None, None, None)
