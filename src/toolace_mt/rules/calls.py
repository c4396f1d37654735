"""Calls against the tools in force when they are made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from toolace_mt.errors import InputError
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.validate import argument_problems, shown
from toolace_mt.types import Action, Finding, Observation, Tool

# What servers and models leave around a name: `functions.ls`, `ls<|channel|>commentary`, `ls()`, `"ls"`.
_SPECIAL_TOKEN = re.compile(r"<[|｜/]|<\w{1,20}[|>]|\[/?[A-Z_]{3,20}\]")
_AROUND = "\"'`()[]{}*: \n\t"
_PREFIXES = ("functions.", "function.", "tools.", "tool.", "default_api.")
_LONGEST_NAME = 80
_COMPARED = 500
_LISTED = 12
# A schema of nothing else says nothing of the arguments.
_SAYS_NOTHING = frozenset({"type", "title", "description", "$schema"})


def unknown_tool(reading: Reading) -> list[Finding]:
    """Every call is to a tool that is in force at that time.

    Where a recording has no tools at all, nobody can tell: one warning.
    """
    findings: list[Finding] = []
    if _has_no_tools(reading):
        detail = "calls are made, but the row has no `tools`: neither their names nor their arguments can be checked"
        at = reading.kinds.index("calls")
        return [Finding(rule="unknown-tool", severity="warning", turn=at, detail=detail)]
    hints: dict[tuple[str, int], str] = {}
    for index, calls, _ in reading.exchanges:
        tools = reading.tools_at(index)
        for call in calls:
            if call.name not in tools:
                key = call.name, id(tools)
                if key not in hints:
                    hints[key] = _hint(call.name, tools, reading)
                detail = f"there is no tool {shown(call.name, _LONGEST_NAME)} at this point; {hints[key]}"
                findings.append(Finding(rule="unknown-tool", turn=index, call_id=call.id, detail=detail))
    return findings


def _has_no_tools(reading: Reading) -> bool:
    return (
        reading.recorded and "calls" in reading.kinds and not reading.dialogue.tools and not reading.dialogue.all_tools
    )


def _hint(name: str, tools: Iterable[str], reading: Reading) -> str:
    if any(tool.name == name for tool in reading.dialogue.all_tools):
        return "it is added only later"
    names = sorted(tools)
    if not names:
        return "the dialogue has no tools"
    if meant := _meant(name, names):
        return f"did you mean {meant}?"
    return f"the tools are {', '.join(names[:_LISTED])}{', ...' if len(names) > _LISTED else ''}"


def _meant(name: str, names: list[str]) -> str | None:
    """The tool that a wrong name may stand for."""
    bare = _SPECIAL_TOKEN.split(name[:1000], maxsplit=1)[0].strip(_AROUND)
    for prefix in _PREFIXES:
        bare = bare.removeprefix(prefix)
    if bare in names:
        return bare
    plain = {_plain(known): known for known in reversed(names)}
    if _plain(bare) in plain:
        return plain[_plain(bare)]
    close = get_close_matches(bare, names[:_COMPARED], 1) if len(bare) <= _LONGEST_NAME else []
    return close[0] if close else None


def _plain(name: str) -> str:
    return "".join(sign for sign in name[:1000].lower() if sign.isalnum())


def arguments(reading: Reading) -> list[Finding]:
    """The arguments of every call satisfy its tool's schema; a call marked as faulty is meant not to."""
    findings: list[Finding] = []
    odd: set[str] = set()
    for index, calls, _ in reading.exchanges:
        tools = reading.tools_at(index)
        for call in calls:
            if call.name not in tools or call.faulty or call.name in odd:
                continue
            try:
                problems = argument_problems(tools[call.name], call.arguments)
            except InputError as error:  # a dialogue from elsewhere can bring parameters that are no JSON Schema
                odd.add(call.name)
                findings.append(_uncheckable(index, str(error), reading))
                continue
            if reading.recorded and call.arguments and tools[call.name].parameters.keys() <= _SAYS_NOTHING:
                odd.add(call.name)
                findings.append(_uncheckable(index, f"tool {call.name}: nothing is said of its parameters", reading))
            findings += [
                Finding(rule="arguments", turn=index, call_id=call.id, detail=f"{call.name}: {problem}")
                for problem in problems
            ]
    return findings


def _uncheckable(index: int, problem: str, reading: Reading) -> Finding:
    """The tool is at fault, not the call: once for each tool."""
    severity = "warning" if reading.recorded else "error"
    return Finding(rule="arguments", severity=severity, turn=index, detail=f"cannot be checked: {problem}")


def tool_updates(reading: Reading) -> list[Finding]:
    """No tool is listed twice, added when it is in force already, or called before it is added.

    A recording may list the same tool twice if both say the same: a warning.
    """
    tools = reading.dialogue.tools
    names = [tool.name for tool in tools]
    findings = _listed_twice(reading, tools) if len(set(names)) < len(names) else []
    if not reading.tools_come:
        return findings
    in_force = set(names)
    called: set[str] = set()
    for index, turn in enumerate(reading.turns):
        if isinstance(turn, Action):
            called |= {call.name for call in turn.calls}
        for tool in turn.tools_added if isinstance(turn, Observation) else ():
            if tool.name in in_force:
                detail = f"the tool {tool.name} is added, but is there already"
                findings.append(Finding(rule="tool-updates", turn=index, detail=detail))
            elif tool.name in called:
                detail = f"the tool {tool.name} was called before it is added"
                findings.append(Finding(rule="tool-updates", turn=index, detail=detail))
            in_force.add(tool.name)
    return findings


def _listed_twice(reading: Reading, tools: Iterable[Tool]) -> list[Finding]:
    findings: list[Finding] = []
    known: dict[str, Tool] = {}
    for tool in tools:
        if tool.name in known:
            same = tool == known[tool.name]
            severity = "warning" if same and reading.recorded else "error"
            detail = f"the tool {tool.name} is listed twice{'' if same else ', and not with the same words'}"
            findings.append(Finding(rule="tool-updates", severity=severity, detail=detail))
        known.setdefault(tool.name, tool)
    return findings
