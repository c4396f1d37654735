"""An operation is a typed function that a model implements: a name, an input, an answer model, and an instruction in a file.

Its request is a preamble shared by all operations (system), then one user message: the context as one JSON document, with
what operations of one dialogue share coming first (prompt caches of servers then hit), then the static instruction. What
is untrusted (tool descriptions, tool outputs, imported dialogues) stays inside the JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Generic, TypeVar

from toolace_mt.dialogue.turns import Draft, json_text
from toolace_mt.errors import InputError
from toolace_mt.types import Dialogue, EnvironmentRef, JsonSchema, Task, Tool, UserProfile

In = TypeVar("In")
Out = TypeVar("Out", bound=Draft)

Instructions = Mapping[str, str]
"""The text of each instruction, by its name."""

_PROFILE_USE = (
    "All user messages of this dialogue are this person's, and written in this way. It may show in occasions, wishes and tone;"
    " the user does not introduce themselves. What `world` and the operation say goes before it. Names, ids, dates, numbers and"
    " quoted texts stay exactly as they are needed."
)


@dataclass(frozen=True)
class World:
    """The executable environment of a dialogue: how to rebuild it, and what its user knows at the start."""

    ref: EnvironmentRef
    brief: dict[str, Any]


@dataclass(frozen=True)
class Operation(Generic[In, Out]):
    """One question to a model.

    context: the JSON document of an input, in the order in which it is shown.
    check: what is wrong with an answer beyond its form, in words that the model is shown when it is asked again.
    knows_user: whether the model is told the user's profile, where there is one. Those that judge are told too: what they
    are shown is then the same as what writers are, up to the dialogue, and prompt caches hit.
    """

    name: str
    output: type[Out]
    context: Callable[[In], dict[str, Any]]
    check: Callable[[In, Out], list[str]]
    knows_user: bool = field(default=True, kw_only=True)

    @property
    def schema(self) -> JsonSchema:
        """JSON Schema of the answer."""
        return _schema(self.output)

    def render(
        self, given: In, texts: Instructions | None = None, profile: UserProfile | None = None
    ) -> tuple[str, str]:
        """(system, user) messages of the request. texts: the run's instructions; None for the built-in ones."""
        context = render_context(self.context_for(given, profile))
        return instruction("preamble", texts), f"{context}\n\n{instruction(self.name, texts)}"

    def context_for(self, given: In, profile: UserProfile | None) -> dict[str, Any]:
        """The context of an input, with the user's profile behind the tools and the world."""
        context = self.context(given)
        if profile is None or not self.knows_user:
            return context
        first = {key: context.pop(key) for key in ("tools", "world") if key in context}
        return {**first, "user_profile": profile_json(profile), **context}


def profile_json(profile: UserProfile) -> dict[str, str]:
    """The user of a dialogue as a model is told; what was not drawn is left out."""
    told = {"who": profile.persona, "style": profile.style, "writes": profile.writes}
    return {key: text for key, text in told.items() if text} | {"use": _PROFILE_USE}


@cache
def _schema(output: type[Draft]) -> JsonSchema:
    return output.model_json_schema()


def instruction(name: str, texts: Instructions | None) -> str:
    """The text of an instruction among `texts`, or the built-in one."""
    return read_instruction(name) if texts is None else texts[name]


@cache
def read_instruction(name: str) -> str:
    """The built-in text of an instruction."""
    return (
        resources.files("toolace_mt.operations")
        .joinpath("instructions", f"{name}.md")
        .read_text(encoding="utf-8")
        .strip()
    )


def instructions(prompts: str | Path | None = None) -> dict[str, str]:
    """All instructions by name, with those that the NAME.md files of the folder `prompts` override, as they are now.

    A run reads them once, so that all of it is asked in the same words. Raises InputError where there is no such folder, or
    a file in it cannot be read, is empty or overrides nothing.
    """
    folder = resources.files("toolace_mt.operations").joinpath("instructions")
    names = sorted(file.name.removesuffix(".md") for file in folder.iterdir() if file.name.endswith(".md"))
    return {name: read_instruction(name) for name in names} | (_overriding(Path(prompts), names) if prompts else {})


def _overriding(folder: Path, names: list[str]) -> dict[str, str]:
    if not folder.is_dir():
        raise InputError(f"engine.prompts: {folder} is no folder")
    files = sorted(folder.glob("*.md"))
    unknown = [file.name for file in files if file.stem not in names]
    if unknown or not files:
        known = f"; the instructions are {', '.join(names)}"
        raise InputError(f"engine.prompts: {folder} has {', '.join(unknown) or 'no NAME.md'}{known}")
    texts: dict[str, str] = {}
    for file in files:
        try:
            texts[file.stem] = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{file}: the instruction cannot be read ({error})") from None
        if not texts[file.stem]:
            raise InputError(f"engine.prompts: {file} is empty")
    return texts


def render_context(context: dict[str, Any]) -> str:
    """One JSON document, each element of a top-level list on a line of its own."""
    lines = [f"{json_text(key)}: {_render_value(value)}" for key, value in context.items()]
    return "{" + ",\n".join(lines) + "}"


def _render_value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(map(json_text, value)) + "\n]"
    return json_text(value)


def tools_json(tools: tuple[Tool, ...]) -> list[dict[str, Any]]:
    """Tools as a model sees them."""
    return [_tool_json(tool) for tool in tools]


def _tool_json(tool: Tool) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    if tool.returns:
        shown["returns"] = tool.returns
    return shown


def task_json(task: Task) -> list[dict[str, Any]]:
    """Sub-tasks as a model sees them, numbered from 0."""
    return [{"subtask": i, **s.model_dump()} for i, s in enumerate(task.subtasks)]


def shared_context(tools: tuple[Tool, ...], world: World | None, dialogue: Dialogue | None = None) -> dict[str, Any]:
    """What the context of every operation begins with: tools, world, task."""
    context: dict[str, Any] = {"tools": tools_json(tools)}
    if world:
        context["world"] = {"name": world.ref.name, "seed": world.ref.seed, **world.brief}
    if dialogue and dialogue.task:
        context["task"] = task_json(dialogue.task)
    return context
