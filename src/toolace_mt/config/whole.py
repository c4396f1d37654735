"""The whole configuration of a run."""

from __future__ import annotations

from pydantic import model_validator

from toolace_mt.config.base import Part
from toolace_mt.config.parts import (
    DiversityConfig,
    EngineConfig,
    InitializeConfig,
    MasConfig,
    ModelsConfig,
    RefineConfig,
    RepairConfig,
    RowsConfig,
    RunConfig,
    VerifyConfig,
)
from toolace_mt.config.shares import check_within, percent
from toolace_mt.config.tools import ToolsConfig


class Config(Part):
    """The whole configuration of a run."""

    tools: ToolsConfig = ToolsConfig()
    initialize: InitializeConfig = InitializeConfig()
    refine: RefineConfig = RefineConfig()
    verify: VerifyConfig = VerifyConfig()
    repair: RepairConfig = RepairConfig()
    mas: MasConfig = MasConfig()
    rows: RowsConfig = RowsConfig()
    diversity: DiversityConfig = DiversityConfig()
    engine: EngineConfig = EngineConfig()
    models: ModelsConfig = ModelsConfig()
    run: RunConfig = RunConfig()

    @model_validator(mode="after")
    def _shares_are_within_ranges(self) -> Config:
        made, shares = self.initialize, self.diversity
        check_within("diversity.subtasks", shares.subtasks, made.subtasks_min, made.subtasks_max)
        check_within("diversity.steps", shares.steps, made.steps_min, made.steps_max)
        return self

    @model_validator(mode="after")
    def _shares_are_injected(self) -> Config:
        """Shares of injections are refused where nothing is injected, rather than left out without a word."""
        if not any(map(percent, self.diversity.injections.values())):
            return self
        for nothing, why in (
            (self.run.method == "mas", "run.method=mas has no injections"),
            (not self.refine.enabled, "refine.enabled=false leaves out the stage that injects"),
            (self.refine.injections_max == 0, "refine.injections_max=0 allows none"),
        ):
            if nothing:
                raise ValueError(f"diversity.injections: {why}; leave out the one or the other")
        return self

    @property
    def calls_at_once(self) -> int:
        """The requests of one dialogue that are under way at one time, at most: all experts, or all pieces of stage 1."""
        pieces = self.initialize.subtasks_max if self.run.decoding == "parallel" else 1
        return max(self.verify.calls_at_once, pieces)

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
        if self.run.method == "mas" and self.run.skeleton == "executed":
            raise ValueError(
                "run.method=mas has no skeleton: agents write the dialogue message by message, and tools that run are run as"
                " they are called; leave --skeleton out, or use --method nar"
            )
        if self.run.method == "mas" and self.mas.user_messages_max < self.initialize.subtasks_max:
            raise ValueError("mas.user_messages_max is below initialize.subtasks_max: each sub-task needs a message")
        if self.models.by_role and not self.engine.model:
            role, model = next(iter(self.models.by_role.items()))
            raise ValueError(
                f"models.{role}={model} is given without a model for the other roles: name one with --model"
            )
        return self
