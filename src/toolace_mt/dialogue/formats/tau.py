"""What is particular in the logs of tau-bench and tau2-bench; the rest of them is OpenAI's form.

A row of tau-bench's results is `{"task_id", "trial", "reward", "info", "traj": [messages]}`. In tau2's simulations, calls have
no `function` around them, results name their call as `id`, and both say who asked for them: `requestor`. The user has tools,
too (a phone in the hand, say); what is done with these is none of the assistant's calls.

Sources: https://github.com/sierra-research/tau-bench, https://github.com/sierra-research/tau2-bench (data_model/message.py).
"""

from __future__ import annotations

from typing import Any, cast

from toolace_mt.dialogue.recorded import Unread

REQUESTOR = "requestor"

OWN_CALLS = "the user makes calls of their own here; these and their results are left out"


def are_users_own(calls: Any) -> bool:
    """Whether the user asked for all of `calls`, by what they say themselves."""
    return isinstance(calls, list) and all(
        isinstance(call, dict) and call.get(REQUESTOR) == "user" for call in cast("list[Any]", calls)
    )


def leave_out(place: int, unread: list[Unread]) -> None:
    """Tell that a call of the user, or its result, is not read."""
    unread.append(Unread(place, None, OWN_CALLS, "warning"))


def tell_once(unread: list[Unread]) -> None:
    """Keep the first of what `leave_out` told: a row has dozens of them, and they say the same."""
    first = next((each for each in unread if each.detail == OWN_CALLS), None)
    if first is not None:
        unread[:] = [each for each in unread if each is first or each.detail != OWN_CALLS]


def task_id(row: dict[str, Any]) -> str | None:
    """What names a row that has a `traj` and no id: its task, and where it has one, its trial."""
    named = [str(row[key]) for key in ("task_id", "trial") if isinstance(row.get(key), str | int)]
    return "-".join(named) if "traj" in row and isinstance(row.get("task_id"), str | int) else None
