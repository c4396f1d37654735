"""An operation is a typed function that a model implements: a name, an input, an answer model, and an instruction in a file.

Its request is a preamble shared by all operations (system), then one user message: the context as one JSON document, with
what operations of one dialogue share coming first (prompt caches of servers then hit), then the static instruction. What
is untrusted (tool descriptions, tool outputs, imported dialogues) stays inside the JSON.
"""

from __future__ import annotations

from collections.abc import Callable
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

_PROFILE_USE = (
    "All user messages of this dialogue are this person's, and written in this way. It may show in occasions, wishes and tone;"
    " the user does not introduce themselves. Names, ids, dates, numbers and quoted texts stay exactly as they are needed."
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

    def render(self, given: In, prompts: Path | None = None, profile: UserProfile | None = None) -> tuple[str, str]:
        """(system, user) messages of the request; `prompts` is a folder whose NAME.md files override the built-in ones."""
        instruction = read_instruction(self.name, prompts)
        context = render_context(self.context_for(given, profile))
        return read_instruction("preamble", prompts), f"{context}\n\n{instruction}"

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


@cache
def read_instruction(name: str, prompts: Path | None = None) -> str:
    """The text of an instruction. Raises InputError where an overriding file cannot be read."""
    if prompts and (prompts / f"{name}.md").exists():
        try:
            return (prompts / f"{name}.md").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{prompts / name}.md: the instruction cannot be read ({error})") from None
    return (
        resources.files("toolace_mt.operations")
        .joinpath("instructions", f"{name}.md")
        .read_text(encoding="utf-8")
        .strip()
    )


def instructions(prompts: Path | None = None) -> dict[str, str]:
    """All instructions by name, with those that the folder `prompts` overrides.

    Raises InputError where there is no such folder, or a file in it is empty or overrides nothing.
    """
    folder = resources.files("toolace_mt.operations").joinpath("instructions")
    names = sorted(file.name.removesuffix(".md") for file in folder.iterdir() if file.name.endswith(".md"))
    if prompts:
        if not prompts.is_dir():
            raise InputError(f"engine.prompts: {prompts} is no folder")
        known = f"; the instructions are {', '.join(names)}"
        unknown = sorted(file.name for file in prompts.glob("*.md") if file.stem not in names)
        if unknown or not any(prompts.glob("*.md")):
            raise InputError(f"engine.prompts: {prompts} has {', '.join(unknown) or 'no NAME.md'}{known}")
    texts = {name: read_instruction(name, prompts) for name in names}
    empty = [name for name, text in texts.items() if not text]
    if empty:
        raise InputError(f"engine.prompts: {prompts}: {', '.join(empty)}.md is empty")
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
