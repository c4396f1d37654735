"""The values of the method: frozen, comparable, and written to JSON and back without loss.

A dialogue is the paper's alternating trajectory `C = (o0, a1, o1, ..., an)` (arXiv 2508.12685, section 3): even turns are
observations (a user message, or the outputs of the calls just made), odd turns are actions (calls, or a reply).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

JsonSchema = dict[str, Any]
Severity = Literal["error", "warning"]
Skeleton = Literal["llm", "executed", "recorded", "simulated"]
InjectionKind = Literal["clarification", "tool_awareness", "error_simulation", "non_function_calling"]
SUB_KINDS: dict[InjectionKind, tuple[str, ...]] = {
    "clarification": ("missing_value", "vague_value"),
    "tool_awareness": ("no_tool", "missing_tool"),
    "error_simulation": ("wrong_argument", "service_error"),
    "non_function_calling": ("small_talk", "general_question", "follow_up"),
}


class Value(BaseModel):
    """Base of all values: frozen, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tool(Value):
    """A function that the assistant may call.

    name: legal for OpenAI (`[A-Za-z0-9_-]{1,64}`); `source_name` keeps the source's own spelling where that was illegal.
    parameters: a JSON Schema of type object. returns: a JSON Schema of the result, where known.
    group: the API class or domain that the tool belongs to. environment: the name of the environment that can run it.
    read_only: whether calls change nothing, where its source says so (MCP's `readOnlyHint`, HTTP's GET).
    """

    name: str
    description: str = ""
    parameters: JsonSchema = Field(default_factory=lambda: {"type": "object", "properties": {}})
    returns: JsonSchema | None = None
    group: str = ""
    source_name: str | None = None
    environment: str | None = None
    read_only: bool | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required parameters."""
        return tuple(self.parameters.get("required") or ())

    @property
    def properties(self) -> dict[str, JsonSchema]:
        """Parameter name to its schema."""
        return self.parameters.get("properties") or {}

    def to_openai(self) -> dict[str, Any]:
        """The tool as an entry of OpenAI's `tools` list."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


class Kept(Value):
    """What a file says of a message, a call or a result beyond what a dialogue holds; written again where a format can.

    fields: by name, as in the file. content: what stood there for the text (a list of parts), or for the arguments (their own
    text). words: a digest of what was read; where other words have taken the place, most of it holds no longer.
    """

    fields: dict[str, Any] = Field(default_factory=dict)
    content: list[Any] | str | None = None
    words: str = ""


class ToolCall(Value):
    """One call. `faulty` marks the deliberate mistake of an error simulation: exporters keep it out of the loss."""

    id: str
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    faulty: bool = False
    kept: Kept | None = None


class ToolResult(Value):
    """What a call gave: `content` is the text that the assistant sees (JSON, where the tool answers JSON).

    simulated: written by a model although the tool can run, so replaying cannot reproduce it (a simulated outage).
    """

    call_id: str
    name: str
    content: str
    is_error: bool = False
    simulated: bool = False
    kept: Kept | None = None


class Observation(Value):
    """A user message (`text`), or the results of the calls just made. Tools may be added with it."""

    type: Literal["observation"] = "observation"
    text: str = ""
    results: tuple[ToolResult, ...] = ()
    tools_added: tuple[Tool, ...] = ()
    subtask: int | None = None
    kept: Kept | None = None

    @property
    def is_user(self) -> bool:
        """True for a user message, False for tool results."""
        return not self.results


class Action(Value):
    """What the assistant does: calls (with or without text beside them), or a reply in natural language."""

    type: Literal["action"] = "action"
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    subtask: int | None = None
    kept: Kept | None = None

    @property
    def is_faulty(self) -> bool:
        """True where one of the calls is a deliberate mistake."""
        return any(call.faulty for call in self.calls)


Turn = Annotated[Observation | Action, Field(discriminator="type")]


class SubTask(Value):
    """One part of a task: what the user wants, the tools it needs, and its number of tool-calling steps."""

    goal: str
    tools: tuple[str, ...]
    steps: int


class Task(Value):
    """What the dialogue is about: 2-5 sub-tasks in the paper's set-up."""

    subtasks: tuple[SubTask, ...]


class EnvironmentRef(Value):
    """Which executable environment a dialogue lives in; `name` and `seed` rebuild its initial state exactly."""

    name: str
    seed: int


class Dialogue(Value):
    """A trajectory with the tools in force at its start. Turn `i` is an observation where `i` is even.

    state: the environment after the last turn, as digests by the name of each part; None where nobody can look inside.
    """

    id: str
    tools: tuple[Tool, ...]
    turns: tuple[Turn, ...] = ()
    system: str = ""
    task: Task | None = None
    environment: EnvironmentRef | None = None
    state: dict[str, str] | None = None

    def tools_at(self, turn: int) -> tuple[Tool, ...]:
        """The tools that the assistant can call at `turn`: those of the start and all added at or before it."""
        added = (t for o in self.turns[: turn + 1] if isinstance(o, Observation) for t in o.tools_added)
        return (*self.tools, *added)

    @property
    def all_tools(self) -> tuple[Tool, ...]:
        """Every tool that is in force at the end."""
        return self.tools_at(len(self.turns))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """All calls, in order."""
        return tuple(c for turn in self.turns if isinstance(turn, Action) for c in turn.calls)


class Edit(Value):
    """One change of a dialogue, accepted or not: `before` are the turns from `start` on that `after` replaces.

    stage: "inject", "reasonability" or "repair". kind: an injection kind, "mask_fill", or what a repair did without a model.
    step: the step of the call that wrote it, empty where none did. reason: of a repair, the findings that it answers.
    tools_before: the initial tools, where the edit changed them (a missing tool).
    """

    stage: Literal["inject", "reasonability", "repair"]
    kind: str
    sub_kind: str = ""
    round: int
    start: int
    before: tuple[Turn, ...]
    after: tuple[Turn, ...]
    accepted: bool
    step: str
    reason: str = ""
    tools_before: tuple[Tool, ...] | None = None


class Finding(Value):
    """One thing that is wrong with a dialogue. Only severity `error` rejects. `turn` and `call_id` say where.

    turns: all that are concerned, where they are several.
    """

    rule: str
    severity: Severity = "error"
    turn: int | None = None
    call_id: str | None = None
    detail: str
    turns: tuple[int, ...] = ()


class Usage(Value):
    """What calls used: number of completions and tokens; `usd` where prices are known, in `engines.budgeted.GRAIN`s, so that
    the order of a sum does not matter.
    """

    calls: int = 0
    prompt_tokens: int = 0
    cached_prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_prompt_tokens=self.cached_prompt_tokens + other.cached_prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            usd=self.usd + other.usd,
        )


class Origin(Value):
    """The row of a file that a dialogue was taken from: its line, from 1, and the metadata that it has.

    fields: what else the row has. tools: by name, what an entry of its list of tools has beyond a `Tool`. system: what its
    system message has beyond its text.
    """

    line: int
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])
    fields: dict[str, Any] = Field(default_factory=dict[str, Any])
    tools: dict[str, dict[str, Any]] = Field(default_factory=dict[str, dict[str, Any]])
    system: Kept | None = None


class UserProfile(Value):
    """Who the user of a dialogue is, and how this user writes. style: the short name of the way that `writes` describes.

    Empty texts stand for what was not drawn.
    """

    persona: str = ""
    style: str = ""
    writes: str = ""


class Outcome(Value):
    """How attempt `number` ended. accepted: verified. rejected: a whole dialogue with errors. failed: not finished.

    skeleton: who made the calls of stage 1, a model or the tools themselves; recorded: the dialogue comes from a file, from
    `origin`; simulated: agents wrote it message by message (the baseline). repairs: changes that repair made after
    verification; what was mended when the row was read is not counted.
    profile: of the user for whom it was written, where one was drawn. unfit: kinds of injections that fell to the dialogue,
    and fitted nowhere in it; others came in their place, where there were any.
    """

    id: str
    number: int
    status: Literal["accepted", "rejected", "failed"]
    skeleton: Skeleton = "llm"
    dialogue: Dialogue | None = None
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()
    passes: int = 0
    injections: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    repairs: int = 0
    origin: Origin | None = None
    profile: UserProfile | None = None
    usage: Usage = Usage()
