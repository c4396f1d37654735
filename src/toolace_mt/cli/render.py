"""Dialogues on the terminal: turns, edits and findings of one outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolace_mt.dialogue.turns import ROLES, TurnKind, json_text, kind_of
from toolace_mt.types import Action, Dialogue, Edit, Finding, Outcome, Task, ToolCall, Turn, UserProfile

_COLOURS: dict[TurnKind, str] = {"user": "green", "calls": "cyan", "results": "magenta", "reply": "blue"}
_STATUS = {"accepted": "green", "rejected": "red", "failed": "yellow"}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RESULT = 240
_VALUE = 120
_EDIT = 100


def render(outcome: Outcome, dialogue: Dialogue | None, full: bool, log: bool = True) -> RenderableType:
    """All that is to be seen of an outcome. dialogue: the one to show, the outcome's own or its skeleton.

    full: results and values are not shortened. log: edits are listed too.
    """
    parts: list[RenderableType] = [_headline(outcome, dialogue)]
    if dialogue is not None:
        parts += [_facts(dialogue, outcome.profile, full), _turns(dialogue, full)]
    if log and outcome.edits:
        parts += [Text("edits", style="bold"), _edits(outcome.edits)]
    if outcome.findings:
        parts += [Text("findings", style="bold"), _findings(outcome.findings)]
    return Group(*parts, "")


def clean(text: str, limit: int = 0) -> str:
    """`text` without what could steer the terminal; cut to `limit` characters where it is not 0."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    return f"{text[:limit]}… ({len(text):,} characters)" if 0 < limit < len(text) else text


def _headline(outcome: Outcome, dialogue: Dialogue | None) -> Text:
    line = Text.assemble((f"━━ {clean(outcome.id)}  ", "bold"), (outcome.status, f"bold {_STATUS[outcome.status]}"))
    if dialogue is not None:
        line.append(f"  {len(dialogue.turns)} turns, {len(dialogue.calls)} calls, passes: {outcome.passes}", "dim")
    return line


def _facts(dialogue: Dialogue, profile: UserProfile | None, full: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_row(Text("tools", "dim"), Text(clean(", ".join(tool.name for tool in dialogue.tools)), "dim"))
    if dialogue.environment:
        table.add_row(
            Text("world", "dim"), Text(f"{dialogue.environment.name}, seed {dialogue.environment.seed}", "dim")
        )
    if profile is not None:
        told = ", writes: ".join(text for text in (profile.persona, profile.style) if text)
        table.add_row(Text("user", "dim"), Text(clean(told), "dim"))
    if dialogue.system:
        table.add_row(Text("system", "dim"), Text(clean(dialogue.system, 0 if full else _RESULT), "dim"))
    return table


def _turns(dialogue: Dialogue, full: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    subtask = None
    for index, turn in enumerate(dialogue.turns):
        if turn.subtask != subtask:
            subtask = turn.subtask
            table.add_row("", "", _boundary(dialogue.task, subtask))
        kind = kind_of(turn)
        table.add_row(str(index), Text(ROLES[kind], _COLOURS[kind]), _body(turn, full))
    return table


def _boundary(task: Task | None, subtask: int | None) -> Text:
    if subtask is None or task is None or not 0 <= subtask < len(task.subtasks):
        return Text("──", "dim")
    planned = task.subtasks[subtask]
    goal = f"── sub-task {subtask}: {planned.goal} ({', '.join(planned.tools)}; steps: {planned.steps})"
    return Text(clean(goal), "yellow")


def _body(turn: Turn, full: bool) -> Text:
    lines: list[Text] = [Text(clean(turn.text))] if turn.text else []
    if isinstance(turn, Action):
        lines += [_call(call, full) for call in turn.calls]
    else:
        for result in turn.results:
            marks = ("error " if result.is_error else "") + ("simulated " if result.simulated else "")
            line = Text.assemble("← ", (marks, "bold red"), clean(result.content, 0 if full else _RESULT))
            lines.append(line)
        if turn.tools_added:
            names = ", ".join(tool.name for tool in turn.tools_added)
            lines.append(Text(f"+ tools added: {clean(names)}", "bold yellow"))
    return Text("\n").join(lines)


def _call(call: ToolCall, full: bool) -> Text:
    values = [f"{name}={clean(json_text(v), 0 if full else _VALUE)}" for name, v in call.arguments.items()]
    line = Text.assemble("→ ", (clean(call.name), "bold cyan"), f"({clean(', '.join(values))})")
    return line.append("  faulty", "bold red") if call.faulty else line


def _edits(edits: Sequence[Edit]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    unchanged = 0
    for number, edit in enumerate(edits, start=1):
        if edit.before == edit.after:
            unchanged += 1
        else:
            table.add_row(str(number), Text("\n").join(_edit(edit)))
    if unchanged:
        table.add_row("", Text(f"and {unchanged} masked turns were written just as they were", "dim"))
    return table


def _edit(edit: Edit) -> Iterator[Text]:
    kind = f"{edit.kind}/{edit.sub_kind}" if edit.sub_kind else edit.kind
    line = Text(f"{edit.stage} {kind}, round {edit.round}, turn {edit.start}: ")
    yield line.append("accepted", "green") if edit.accepted else line.append("kept the old", "yellow")
    if edit.reason:
        yield Text(f"  {clean(edit.reason, 2 * _EDIT)}", "dim")
    if [_body(turn, full=True) for turn in edit.before] != [_body(turn, full=True) for turn in edit.after]:
        yield from (Text(f"  - {_brief(turn)}", "red") for turn in edit.before)
        yield from (Text(f"  + {_brief(turn)}", "green") for turn in edit.after)


def _brief(turn: Turn) -> str:
    return f"{ROLES[kind_of(turn)]}: {clean(' '.join(_body(turn, full=False).plain.split()), _EDIT)}"


def _findings(findings: Sequence[Finding]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for finding in findings:
        where = "" if finding.turn is None else f"turn {finding.turn}"
        colour = "red" if finding.severity == "error" else "yellow"
        table.add_row("", Text(finding.severity, colour), finding.rule, where, Text(clean(finding.detail)))
    return table
