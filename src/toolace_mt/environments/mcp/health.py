"""Tools that end or hang their server: after the second time on end they are given up, so that they spoil no more dialogues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

_MOST_TIMES = 2
"""Once may be the fault of a busy machine, or of a network."""


class ToolHealth:
    """Of the tools of one source, over all dialogues of a sitting. notify: is told, in one line, of each that is given up."""

    def __init__(self, source: str, notify: Callable[[str], None]) -> None:
        self._source = source
        self._notify = notify
        self._times: Counter[str] = Counter()

    def note(self, tool: str, harm: str) -> None:
        """A call of the tool is over. harm: what it did to the server, `ended` or `hung`; "" where that still answers."""
        if not harm:
            self._times.pop(tool, None)
            return
        self._times[tool] += 1
        if self._times[tool] == _MOST_TIMES:
            self._notify(
                f"{self._source}: {tool} {harm} the server again, so it is not called any more; --set"
                f" tools.exclude={tool} leaves it out of a new run"
            )

    def is_given_up(self, tool: str) -> bool:
        """Whether the tool is not to be called any more."""
        return self._times[tool] >= _MOST_TIMES
