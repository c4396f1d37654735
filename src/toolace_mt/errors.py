"""Every error that toolace-mt raises on purpose, in one tree.

    ToolaceError                what a user may see: one message, no traceback
    ├── InputError              the user's input or configuration is wrong            exit 2
    ├── RunStopped              the run cannot go on; the same command resumes it     exit 1
    │   ├── EngineUnavailable   the endpoint cannot be reached, or stays overloaded   retry later
    │   ├── AuthenticationFailed   the endpoint refuses the key                       mend the key
    │   ├── BudgetExhausted     the next call could cost more than what is left       raise the budget
    │   ├── JournalMismatch     a journaled answer belongs to another request         use another run folder
    │   ├── StorageFailed       the disk is full, or the run folder cannot be written make room
    │   └── ToolServerUnavailable  a server of tools cannot be started or reached again  see what it says
    └── DialogueFailed          one dialogue cannot be finished: recorded, never fatal
        ├── NoUsableAnswer      every allowed attempt was unparsable or failed its checks
        ├── RequestRefused      the endpoint refuses this one request (too long, filtered, HTTP 4xx/500)
        ├── WorldNotBuilt       the user's Python makes no world from this dialogue's seed; at the start: an InputError
        ├── WalkTooShort        the tools that run give too little for an executed skeleton
        ├── SimulationUnfinished   the agents of a simulation do not come to an end within its bounds
        ├── ToolStateLost       an outside server was changed by calls that are no part of the dialogue
        ├── ToolServerFailed    a server of tools cannot be reached, or broke the exchange off
        └── ToolCallInterrupted a call on a server of tools was under way when the run ended: not made again

`ProviderError` is what an engine raises for one failed attempt. The retrying wrapper either tries again (`retryable`) or
turns it into one of the errors above. Text of a model never raises: it is parsed, checked and asked again.
"""

from __future__ import annotations


class ToolaceError(Exception):
    """Base of all deliberate errors; `str(error)` is one message for the user."""

    exit_code = 1


class InputError(ToolaceError):
    """Wrong usage or input. The message names file, line and field where there are any, and what to do."""

    exit_code = 2


class RunStopped(ToolaceError):
    """The run ends early; everything answered so far is kept."""


class EngineUnavailable(RunStopped):
    """The endpoint cannot be reached, or stayed overloaded through every retry."""


class AuthenticationFailed(RunStopped):
    """The endpoint refuses the key: 401, or 403 before it ever answered."""


class BudgetExhausted(RunStopped):
    """The next call could exceed `--budget-usd`."""


class JournalMismatch(RunStopped):
    """The journal holds an answer under this call key, but to a different request."""


class StorageFailed(RunStopped):
    """The run folder cannot be written."""


class ToolServerUnavailable(RunStopped):
    """A server of tools (MCP, HTTP) that the run needs cannot be started or reached again."""


class DialogueFailed(ToolaceError):
    """One dialogue ends here, as a recorded outcome.

    `rule` names the reason in findings and statistics.
    """

    rule = "dialogue-failed"


class NoUsableAnswer(DialogueFailed):
    """The model gave no answer that parses and passes the checks, within the allowed attempts."""

    rule = "no-usable-answer"


class RequestRefused(DialogueFailed):
    """The endpoint refuses this request for good, for example because it is too long."""

    rule = "request-refused"


class WorldNotBuilt(InputError, DialogueFailed):
    """The user's Python makes no world, or none whose brief can be used.

    Where a command begins, that is wrong input; where a run is under way, the world of one seed, so of one dialogue.
    """

    rule = "world-not-built"


class WalkTooShort(DialogueFailed):
    """The calls that succeed on an outside server are too few for a skeleton of the configured size."""

    rule = "walk-too-short"


class SimulationUnfinished(DialogueFailed):
    """The agents of a multi-agent simulation went on for more messages or calls than `mas` allows."""

    rule = "simulation-unfinished"


class ToolServerFailed(DialogueFailed):
    """A server of tools (MCP, HTTP) cannot be reached, or broke off: whether the call was made, nobody knows."""

    rule = "tool-server"


class ToolCallInterrupted(DialogueFailed):
    """A call on a server of tools was begun and never answered, in an earlier sitting; a call is made once at most."""

    rule = "interrupted-tool-call"


class ToolStateLost(DialogueFailed):
    """An outside server was, or may have been, changed by a call that the dialogue does not show."""

    rule = "tool-state-lost"


class ProviderError(ToolaceError):
    """One attempt at one request failed.

    kind: "connection", "timeout", "authentication", "rate-limit", "overloaded", "server", "refused" or "protocol".
    status: the HTTP status, where there was one.
    retry_after: seconds that the server asked to wait, where it said so.
    """

    def __init__(self, message: str, *, kind: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind not in {"authentication", "refused"}
