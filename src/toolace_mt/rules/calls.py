"""Calls against the tools in force when they are made."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from toolace_mt.errors import InputError
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Action, Dialogue, Finding, Observation, Tool, ToolCall


def unknown_tool(reading: Reading) -> list[Finding]:
    """Every call is to a tool that is in force at that time."""
    findings: list[Finding] = []
    for index, turn, tools in reading.steps:
        for call in turn.calls if isinstance(turn, Action) else ():
            if call.name not in tools:
                hint = _hint(call.name, tools, reading.dialogue)
                detail = f"there is no tool {call.name!r} at this point; {hint}"
                findings.append(Finding(rule="unknown-tool", turn=index, call_id=call.id, detail=detail))
    return findings


def _hint(name: str, tools: Iterable[str], dialogue: Dialogue) -> str:
    if any(tool.name == name for tool in dialogue.all_tools):
        return "it is added only later"
    names = sorted(tools)
    if close := get_close_matches(name, names, 1):
        return f"did you mean {close[0]}?"
    return f"the tools are {', '.join(names)}" if names else "the dialogue has no tools"


def arguments(reading: Reading) -> list[Finding]:
    """The arguments of every call satisfy its tool's schema; a call marked as faulty is meant not to."""
    findings: list[Finding] = []
    for index, turn, tools in reading.steps:
        for call in turn.calls if isinstance(turn, Action) else ():
            if call.name in tools and not call.faulty:
                findings += [
                    Finding(rule="arguments", turn=index, call_id=call.id, detail=f"{call.name}: {problem}")
                    for problem in _problems(tools[call.name], call)
                ]
    return findings


def _problems(tool: Tool, call: ToolCall) -> list[str]:
    """Also where the tool is at fault: a dialogue from elsewhere can bring parameters that are no JSON Schema."""
    try:
        return argument_problems(tool, call.arguments)
    except InputError as error:
        return [str(error)]


def tool_updates(reading: Reading) -> list[Finding]:
    """No tool is listed twice, added when it is in force already, or called before it is added."""
    findings: list[Finding] = []
    in_force: set[str] = set()
    for tool in reading.dialogue.tools:
        if tool.name in in_force:
            findings.append(Finding(rule="tool-updates", detail=f"the tool {tool.name} is listed twice"))
        in_force.add(tool.name)
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
