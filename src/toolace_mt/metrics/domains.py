"""What a dialogue is about: the environment it lives in, else the group of the tools it uses."""

from __future__ import annotations

from collections import Counter

from toolace_mt.types import Dialogue

UNKNOWN = "unknown"


def domain_of(dialogue: Dialogue) -> str:
    """The group of the environment's tools, or its name where these are of several groups; without an environment, the
    group that most calls belong to, or most tools where none is called.

    Of two that are equally frequent the first in the alphabet is taken. `unknown` where no tool has a group.
    """
    group_of = {tool.name: tool.group for tool in dialogue.all_tools}
    if dialogue.environment is not None:
        own = {tool.group for tool in dialogue.all_tools if tool.environment == dialogue.environment.name}
        return own.pop() or dialogue.environment.name if len(own) == 1 else dialogue.environment.name
    groups = Counter(group_of.get(call.name, "") for call in dialogue.calls) or Counter(group_of.values())
    del groups[""]
    return min(groups, key=lambda group: (-groups[group], group), default=UNKNOWN)
