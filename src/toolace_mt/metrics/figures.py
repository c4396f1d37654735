"""The figures of a dataset, as values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from toolace_mt.metrics.distribution import Distribution
from toolace_mt.metrics.duplicate_groups import DuplicateFigures
from toolace_mt.metrics.editing import EditCounts
from toolace_mt.metrics.entailment import Entailment
from toolace_mt.metrics.equal_size import EqualSize


@dataclass(frozen=True)
class Figures:
    """What a dataset is like. Shares and means are 0 where there is nothing to take them of.

    dialogues: how many are counted. user_turns: user messages by dialogue. calls_per_user_turn: all calls by all user
    messages. entropy_bits, distinct_3: of what user and assistant say (`metrics.diversity`), over `tokens`. equal_size: the
    same on samples of one size, equal_size_users: of what users alone say; None where the dataset is smaller than a sample.

    steps: turns that call. parallel_steps: share of them with more than one call. linked_steps: share of them with a value
    borrowed from an earlier result (`metrics.borrowing`); unstated_links: of these, where no user message says the value
    either, so that it can only be had from the result. linked_subtasks: of the sub-tasks after a dialogue's first,
    the share with a value that an earlier sub-task's result gave, and no result of their own before; None where there are none.

    error_results: share of results that are errors. simulated_errors: share of these that a model wrote although the tool
    runs. domains: share of dialogues by `domain_of`. tools_used: different names called. tools: calls by name.

    distributions: by name (`metrics.shape.MEASURES`); of dialogues that tell it, also `passes` and `repairs`.

    injections: accepted ones, by type; injections_by_sub_kind: the same, by `TYPE/SUB_KIND`. injections_unfit: those
    that fell to attempts and fitted nowhere in them, by type. rejections: rejected and failed attempts by rule; one may
    break several. attempts: by how they ended. edits: those of all attempts, by `STAGE/KIND`.
    skeletons: dialogues by who made the calls of stage 1, where that is known. repaired: share of the dialogues that repair
    has changed.

    forms: rows of a file by their form. unreadable: rows that are left out of all this. duplicates, entailment: None where
    nobody asked.
    """

    dialogues: int
    user_turns: float
    calls_per_user_turn: float
    entropy_bits: float
    distinct_3: float
    tokens: int
    vocabulary: int
    equal_size: EqualSize | None
    equal_size_users: EqualSize | None
    calls: int
    tools_used: int
    steps: int
    parallel_steps: float
    linked_steps: float
    unstated_links: float
    linked_subtasks: float | None
    error_results: float
    simulated_errors: float
    distributions: dict[str, Distribution]
    tools: dict[str, int]
    domains: dict[str, float]
    skeletons: dict[str, int]
    injections: dict[str, int]
    injections_by_sub_kind: dict[str, int]
    injections_unfit: dict[str, int]
    rejections: dict[str, int]
    attempts: dict[str, int]
    edits: dict[str, EditCounts]
    repaired: float
    forms: dict[str, int]
    unreadable: int
    duplicates: DuplicateFigures | None = None
    entailment: Entailment | None = None

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, unrounded."""
        shown = asdict(self)
        shown["distributions"] = {name: each.to_json() for name, each in self.distributions.items()}
        if self.duplicates:
            for way, grouped in (
                ("as_said", self.duplicates.as_said),
                ("without_values", self.duplicates.without_values),
            ):
                shown["duplicates"][way]["links"] = [link._asdict() for link in grouped.links]
        if self.entailment:
            shown["entailment"]["ratio"] = self.entailment.ratio
        return shown
