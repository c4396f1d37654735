"""The configuration: one frozen model per part; a TOML file, `--set part.key=value`, and command-line flags on top.

Secrets never appear here: `engine.api_key_env` names the environment variable that holds the key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from toolace_mt.errors import InputError
from toolace_mt.types import InjectionKind

EXPERTS = ("coherence", "faithfulness", "completion", "roles", "naturalness")

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_OURS_TO_SET = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})


class Part(BaseModel):
    """Base of the parts: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolsConfig(Part):
    """Where tools come from, and how many candidates a dialogue is shown (related ones, then distractors)."""

    sources: tuple[str, ...] = ("builtin",)
    candidates_min: int = Field(default=5, ge=1)
    candidates_max: int = Field(default=10, ge=1)
    distractors: int = Field(default=2, ge=0, description="unrelated tools among the candidates")
    knows: str | None = Field(
        default=None, description="JSON file of values for calls on outside servers, by parameter"
    )
    call_timeout: float = Field(default=30.0, gt=0, description="seconds for one call of an outside server")
    longest_output: int = Field(default=20_000, ge=100, description="characters of one answer of an outside server")
    openapi_execute: Literal["no", "reads", "all"] = Field(
        default="no", description="operations of openapi: sources that are really called: reads are GET and HEAD"
    )
    openapi_base_url: str | None = Field(default=None, description="where operations of openapi: sources are called")
    openapi_header_env: dict[str, str] = Field(
        default_factory=dict, description="HTTP header to the environment variable that holds its value"
    )
    execute: bool = Field(
        default=True, description="run the tools that can run; false: a model writes all results, as in the paper"
    )

    @property
    def openapi_sources(self) -> tuple[str, ...]:
        """The distinct `openapi:` sources."""
        return tuple(dict.fromkeys(source for source in self.sources if source.startswith("openapi:")))

    @model_validator(mode="after")
    def _openapi_runs_where_told(self) -> ToolsConfig:
        if self.openapi_execute == "no" and self.openapi_base_url is not None:
            raise ValueError(
                "openapi_base_url is given, but nothing may be called there: add --openapi-execute reads or all"
            )
        if self.openapi_execute == "no":
            return self
        if self.openapi_base_url is None:
            raise ValueError("openapi_execute needs to be told where: --openapi-base-url URL")
        if len(self.openapi_sources) > 1:
            raise ValueError(
                f"openapi_execute: of {len(self.openapi_sources)} openapi: sources, which one is at"
                " --openapi-base-url? Give one, or do without execution"
            )
        return self

    @field_validator("openapi_base_url")
    @classmethod
    def _is_plain_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url.strip())
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError(f"is no address ({error})") from None
        if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[!-~]+", url.strip()):
            raise ValueError("write it like https://api.example.org/v1")
        if parts.username is not None or parts.password is not None:
            raise ValueError(
                "give no user or password in it: put the header's value into an environment variable,"
                " --set tools.openapi_header_env.Authorization=VARIABLE"
            )
        if "?" in url or "#" in url:
            raise ValueError("give it without ? and #")
        return url.strip().rstrip("/")

    @field_validator("openapi_header_env")
    @classmethod
    def _are_headers(cls, header_env: dict[str, str]) -> dict[str, str]:
        for header in header_env:
            if not _HEADER.fullmatch(header) or header.lower() in _NOT_OURS_TO_SET:
                raise ValueError(f"{header!r} is no HTTP header that can be set")
        return header_env


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

    clarification: float = Field(default=1.0, ge=0)
    tool_awareness: float = Field(default=1.0, ge=0)
    error_simulation: float = Field(default=1.0, ge=0)
    non_function_calling: float = Field(default=1.0, ge=0)

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


class RowsConfig(Part):
    """Dialogues of a file that `refine` takes as skeletons."""

    file: str | None = None
    quotas: dict[InjectionKind, str] = Field(
        default_factory=dict[InjectionKind, str],
        description="how many dialogues get an injection of each type: a number, or a share of the rows such as 20%",
    )

    @field_validator("quotas")
    @classmethod
    def _are_numbers_or_shares(cls, quotas: dict[InjectionKind, str]) -> dict[InjectionKind, str]:
        for kind, amount in quotas.items():
            number = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)%|[0-9]{1,9}", amount)
            if number is None or (number[1] and float(number[1]) > 100):
                raise ValueError(f"{kind}={amount}: write a number of dialogues, as in 10, or a share, as in 20%")
        return quotas


class Prices(Part):
    """US dollars per million tokens."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached_prompt: float | None = Field(default=None, ge=0, description="as `prompt` where not given")


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
    extra: dict[str, Any] = Field(default_factory=dict, description="further fields of the request body")
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


class Config(Part):
    """The whole configuration of a run."""

    tools: ToolsConfig = ToolsConfig()
    initialize: InitializeConfig = InitializeConfig()
    refine: RefineConfig = RefineConfig()
    verify: VerifyConfig = VerifyConfig()
    repair: RepairConfig = RepairConfig()
    rows: RowsConfig = RowsConfig()
    engine: EngineConfig = EngineConfig()
    run: RunConfig = RunConfig()

    @model_validator(mode="after")
    def _ranges_are_ordered(self) -> Config:
        for part, low, high in (
            ("tools", "candidates_min", "candidates_max"),
            ("initialize", "subtasks_min", "subtasks_max"),
            ("initialize", "steps_min", "steps_max"),
            ("refine", "injections_min", "injections_max"),
            ("refine", "passes_min", "passes_max"),
        ):
            values = getattr(self, part)
            if getattr(values, low) > getattr(values, high):
                raise ValueError(f"{part}.{low} is above {part}.{high}")
        if self.run.budget_usd is not None and self.engine.model and self.engine.prices is None:
            raise ValueError(
                "run.budget_usd needs prices: --set engine.prices.prompt=USD --set engine.prices.completion=USD"
                " (dollars per million tokens)"
            )
        return self


def load_config(file: Path | None, settings: Iterable[str], flags: Mapping[str, Any]) -> Config:
    """Merge a TOML file, `part.key=value` settings and flags (dotted key to value; None is left out), later ones win.

    Raises InputError naming the file or setting, the key, and what is wrong with it.
    """
    tree: dict[str, Any] = _read_toml(file) if file else {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or "." not in key:
            raise InputError(f"--set {setting}: write it as part.key=value, for example --set refine.enabled=false")
        _put(tree, key.strip(), _parse_value(text.strip()), f"--set {setting}")
    for key, value in flags.items():
        if value is not None:
            _put(tree, key, value, f"the flag for {key}")
    try:
        return Config.model_validate(tree)
    except ValidationError as error:
        raise InputError(_explain(error, file)) from None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: is not valid TOML: {error}") from None


def _parse_value(text: str) -> Any:
    """A TOML value where it reads as one, else the text itself: `--set engine.model=gpt-4o` needs no quotes."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _put(tree: dict[str, Any], key: str, value: Any, where: str) -> None:
    *path, last = key.split(".")
    for name in path:
        inner: Any = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            raise InputError(f"{where}: {name} is a value, not a part of the configuration")
        tree = inner
    tree[last] = value


def _explain(error: ValidationError, file: Path | None) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            lines.append(f"{key}: there is no such option{_known(problem['loc'])}")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{key}: {message}" if key else message)
    where = f" ({file} and the command line)" if file else ""
    return f"configuration{where}: " + "; ".join(lines)


def _known(location: tuple[int | str, ...]) -> str:
    model: Any = Config
    for name in location[:-1]:
        model = model.model_fields[name].annotation if name in getattr(model, "model_fields", {}) else None
        if not hasattr(model, "model_fields"):
            return ""
    return "; known here: " + ", ".join(model.model_fields)
