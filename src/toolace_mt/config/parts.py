"""The parts of the configuration, but for the tools: one frozen model each."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from toolace_mt.config.base import Part, checked_json
from toolace_mt.config.shares import Amounts, InjectionShares, NumberShares
from toolace_mt.types import InjectionKind

EXPERTS = ("coherence", "faithfulness", "completion", "roles", "naturalness")


class InitializeConfig(Part):
    """Stage 1 (paper: 2-5 sub-tasks of 1-6 tool-calling steps). parallel: for executed skeletons."""

    subtasks_min: int = Field(default=2, ge=1)
    subtasks_max: int = Field(default=5, ge=1)
    steps_min: int = Field(default=1, ge=1)
    steps_max: int = Field(default=6, ge=1)
    examples: str | None = Field(default=None, description="JSONL file of example tasks, shown as few-shot material")
    examples_shown: int = Field(default=2, ge=0)
    parallel: float = Field(default=0.25, ge=0, le=1, description="share of steps that make independent calls at once")


class InjectionWeights(Part):
    """How likely each injection type is, relative to the others; 0 leaves it out."""

    clarification: float = Field(default=1.0, ge=0, le=1_000_000)
    tool_awareness: float = Field(default=1.0, ge=0, le=1_000_000)
    error_simulation: float = Field(default=1.0, ge=0, le=1_000_000)
    non_function_calling: float = Field(default=1.0, ge=0, le=1_000_000)

    def items(self) -> list[tuple[InjectionKind, float]]:
        """(kind, weight), always in the same order."""
        return [(kind, getattr(self, kind)) for kind in get_args(InjectionKind)]


class RefineConfig(Part):
    """Stage 2 (paper: 1-3 injection types, up to 5 reasonability passes, a judger, decaying selection weights)."""

    enabled: bool = True
    injections_min: int = Field(default=1, ge=0)
    injections_max: int = Field(default=3, ge=0)
    weights: InjectionWeights = InjectionWeights()
    passes_min: int = Field(default=1, ge=0, description="the limit of passes of a dialogue is drawn between the two")
    passes_max: int = Field(default=5, ge=0)
    mask_share: float = Field(default=0.2, gt=0, le=0.5, description="share of the turns masked in one pass")
    decay: float = Field(default=0.3, ge=0, le=1, description="factor on a turn's chance each time that it was picked")
    judge: bool = True
    adaptive: bool = Field(
        default=True, description="passes end where the judger kept nothing of the last one; false: the drawn number"
    )


class VerifyConfig(Part):
    """Stage 3: rules, then experts."""

    enabled: bool = True
    skip_rules: tuple[str, ...] = Field(default=(), description="names of rules to leave out")
    experts: tuple[Literal["coherence", "faithfulness", "completion", "roles", "naturalness"], ...] = EXPERTS
    votes: int = Field(
        default=1, ge=1, le=15, description="answers of each expert; an odd number, the majority decides"
    )

    @property
    def calls_at_once(self) -> int:
        """The requests of one dialogue that are under way at one time: all votes of all experts."""
        return max(1, len(self.experts) * self.votes)

    @field_validator("experts")
    @classmethod
    def _are_distinct(cls, experts: tuple[str, ...]) -> tuple[str, ...]:
        if twice := next((name for name in experts if experts.count(name) > 1), None):
            raise ValueError(f"{twice} is named more than once; for more answers of each expert, set verify.votes")
        return experts

    @field_validator("votes")
    @classmethod
    def _is_odd(cls, votes: int) -> int:
        if votes % 2 == 0:
            raise ValueError(f"give an odd number, so that there is a majority: {votes - 1} or {votes + 1}")
        return votes


class RepairConfig(Part):
    """Errors that stage 3 finds are repaired: the turns concerned are masked and filled, then everything is verified again."""

    enabled: bool = True
    rounds: int = Field(default=2, ge=1, le=10, description="rounds of repair and verification at most")


class MasConfig(Part):
    """The baseline, multi-agent simulation: bounds within which a dialogue has to come to its end."""

    user_messages_max: int = Field(default=15, ge=1, description="messages of the user at most")
    steps_max: int = Field(default=15, ge=1, description="turns with calls at most, for one message of the user")
    calls_max: int = Field(default=15, ge=1, description="calls at most in one turn")


class RowsConfig(Part):
    """Dialogues of a file that `refine` takes as skeletons."""

    file: str | None = None
    quotas: Amounts = Field(
        default_factory=dict[InjectionKind, str],
        description="how many dialogues get an injection of each type: a number, or a share of the rows such as 20%",
    )


class DiversityConfig(Part):
    """What keeps the dialogues of a run apart: users, tools, and shares such as 30%, all by the dialogues' numbers.

    personas, styles: true for the built-in ones, or a file. tools: whether each is the seed of candidates in its turn.
    subtasks: the share of dialogues with so many; steps: of sub-tasks. injections: by KIND or KIND/SUB_KIND.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    personas: bool | str = True
    styles: bool | str = True
    tools: Literal["even", "random"] = "even"
    subtasks: NumberShares = Field(default_factory=dict[int, str])
    steps: NumberShares = Field(default_factory=dict[int, str])
    injections: InjectionShares = Field(default_factory=dict[str, str])
    near_duplicates: float | None = Field(
        default=None, gt=0, le=1, description="similarity from which on one is rejected"
    )


class Prices(Part):
    """US dollars per million tokens."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached_prompt: float | None = Field(default=None, ge=0, description="as `prompt` where not given")


class ModelsConfig(Part):
    """Other models for some roles, at the same endpoint; `engine.model` has the roles that are not named here.

    Which operation belongs to which role is said in `operations/roles.py`. user, assistant, tool: agents of the baseline.
    """

    task: str | None = None
    trajectory: str | None = None
    words: str | None = None
    inject: str | None = None
    fill: str | None = None
    judge: str | None = None
    repair: str | None = None
    experts: str | None = None
    user: str | None = None
    assistant: str | None = None
    tool: str | None = None
    prices: dict[str, Prices] = Field(default_factory=dict[str, Prices], description="prices by the name of a model")

    def of(self, role: str | None) -> str | None:
        """The model named for a role; None where `engine.model` has it."""
        return getattr(self, role) if role else None

    @property
    def by_role(self) -> dict[str, str]:
        """The roles that have a model of their own, with its name."""
        return {role: model for role, model in self if role != "prices" and model}


class EngineConfig(Part):
    """Who writes. Without a model the embedded offline engine does."""

    model: str | None = None
    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    temperature: float | None = Field(default=0.8, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=8192, ge=1)
    structured_output: Literal["auto", "json_schema", "json_object", "text"] = "auto"
    send_seed: bool = True
    extra: Annotated[dict[str, Any], AfterValidator(checked_json)] = Field(
        default_factory=dict, description="further fields of the request body"
    )
    timeout: float = Field(default=600.0, gt=0, description="seconds for one attempt")
    retries: int = Field(default=5, ge=0, description="further attempts after a failure that may pass")
    reasks: int = Field(default=2, ge=0, description="further questions after an unusable answer")
    requests_per_minute: float | None = Field(default=None, gt=0)
    prices: Prices | None = None
    prompts: str | None = Field(
        default=None, description="folder whose NAME.md files override the built-in instructions"
    )

    @model_validator(mode="after")
    def _endpoint_has_model(self) -> EngineConfig:
        if self.base_url and not self.model:
            raise ValueError("base_url is given without a model: name one with --model")
        return self


class RunConfig(Part):
    """How much is made, and how."""

    count: int = Field(default=20, ge=1, description="accepted dialogues")
    seed: int = 0
    concurrency: int = Field(default=16, ge=1, description="dialogues in work at one time")
    max_attempts: int | None = Field(
        default=None, ge=1, description="dialogues tried at most; 4 x count + 20 where not given"
    )
    give_up_after: int | None = Field(
        default=None,
        ge=0,
        description="attempts after which a run stops that accepted none, all for one reason; 0: never; 4 x concurrency,"
        " but at least 40, where not given",
    )
    speculative: int = Field(default=0, ge=0, description="dialogues begun beyond those that count still needs")
    budget_usd: float | None = Field(default=None, gt=0)
    skeleton: Literal["llm", "executed"] = "llm"
    method: Literal["nar", "mas"] = Field(
        default="nar", description="nar: non-autoregressive; mas: multi-agent simulation, the baseline"
    )
    decoding: Literal["sequential", "parallel"] = Field(
        default="sequential", description="the paper's order, or what does not depend on each other at the same time"
    )

    @property
    def attempts_allowed(self) -> int:
        """The most dialogues that the run may try."""
        return self.max_attempts or 4 * self.count + 20

    @property
    def hopeless_after(self) -> int:
        """How many attempts may end in the same way, without one accepted, before the run stops; 0: any number."""
        return max(40, 4 * self.concurrency) if self.give_up_after is None else self.give_up_after
