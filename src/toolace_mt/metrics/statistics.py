"""The figures of a dataset, counted dialogue by dialogue: memory does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from toolace_mt.metrics.borrowing import borrowed_values
from toolace_mt.metrics.diversity import Diversity, spoken_texts, user_turns
from toolace_mt.metrics.domains import domain_of
from toolace_mt.types import Action, Dialogue, Observation, Skeleton


@dataclass(frozen=True)
class Figures:
    """What a dataset is like. Shares and means are 0 where there is nothing to take them of.

    dialogues: how many are counted. user_turns: user messages by dialogue. calls_per_user_turn: all calls by all user
    messages. entropy_bits, distinct_3: of what user and assistant say (`metrics.diversity`), over `tokens`.

    steps: turns that call. parallel_steps: share of them with more than one call. linked_steps: share of them with a value
    borrowed from an earlier result (`metrics.borrowing`); unstated_links: of these, where no user message says the value
    either, so that it can only be had from the result. linked_subtasks: of the sub-tasks after a dialogue's first,
    the share with a value that an earlier sub-task's result gave, and no result of their own before.

    error_results: share of results that are errors. simulated_errors: share of these that a model wrote although the tool
    runs. domains: share of dialogues by `domain_of`. tools_used: different names called.

    injections: accepted ones, by type. rejections: rejected and failed attempts by rule; one may break several. attempts:
    by how they ended. skeletons: dialogues by who made the calls of stage 1, where that is known. repaired: share of the
    dialogues that repair has changed.
    """

    dialogues: int
    user_turns: float
    calls_per_user_turn: float
    entropy_bits: float
    distinct_3: float
    tokens: int
    vocabulary: int
    calls: int
    tools_used: int
    steps: int
    parallel_steps: float
    linked_steps: float
    unstated_links: float
    linked_subtasks: float
    error_results: float
    simulated_errors: float
    domains: dict[str, float]
    skeletons: dict[str, int]
    injections: dict[str, int]
    rejections: dict[str, int]
    attempts: dict[str, int]
    repaired: float


class Statistics:
    """Counts dialogues, and how attempts ended."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._diversity = Diversity()
        self._tools: set[str] = set()
        self._domains: Counter[str] = Counter()
        self._skeletons: Counter[str] = Counter()
        self._injections: Counter[str] = Counter()
        self._rejections: Counter[str] = Counter()
        self._attempts: Counter[str] = Counter()

    def add(
        self,
        dialogue: Dialogue,
        injections: Iterable[str] = (),
        skeleton: Skeleton | None = None,
        *,
        repaired: bool = False,
    ) -> None:
        """Count a dialogue of the dataset. injections: the type of each that it has."""
        self._count["repaired"] += repaired
        self._count["dialogues"] += 1
        self._count["user turns"] += user_turns(dialogue)
        self._diversity.add(spoken_texts(dialogue))
        self._domains[domain_of(dialogue)] += 1
        self._tools.update(call.name for call in dialogue.calls)
        self._injections.update(injections)
        self._skeletons.update([skeleton] if skeleton else [])
        for turn in dialogue.turns:
            if isinstance(turn, Action):
                self._add_calls(turn)
            else:
                self._add_results(turn)
        self._add_borrowings(dialogue)

    def add_attempt(self, status: str, broken: Iterable[str] = ()) -> None:
        """Count an attempt by how it ended. broken: the rules whose errors reject it."""
        self._attempts[status] += 1
        self._rejections.update(set(broken))

    def figures(self) -> Figures:
        """The figures of all that was added."""
        count = self._count
        return Figures(
            dialogues=count["dialogues"],
            user_turns=_share(count["user turns"], count["dialogues"]),
            calls_per_user_turn=_share(count["calls"], count["user turns"]),
            entropy_bits=self._diversity.entropy_bits,
            distinct_3=self._diversity.distinct_3,
            tokens=self._diversity.tokens,
            vocabulary=self._diversity.vocabulary,
            calls=count["calls"],
            tools_used=len(self._tools),
            steps=count["steps"],
            parallel_steps=_share(count["parallel steps"], count["steps"]),
            linked_steps=_share(count["linked steps"], count["steps"]),
            unstated_links=_share(count["unstated links"], count["linked steps"]),
            linked_subtasks=_share(count["linked subtasks"], count["later subtasks"]),
            error_results=_share(count["errors"], count["results"]),
            simulated_errors=_share(count["simulated errors"], count["errors"]),
            domains={name: _share(n, count["dialogues"]) for name, n in _by_name(self._domains).items()},
            skeletons=_by_name(self._skeletons),
            injections=_by_name(self._injections),
            rejections=_by_name(self._rejections),
            attempts=_by_name(self._attempts),
            repaired=_share(count["repaired"], count["dialogues"]),
        )

    def _add_calls(self, turn: Action) -> None:
        self._count["calls"] += len(turn.calls)
        self._count["steps"] += bool(turn.calls)
        self._count["parallel steps"] += len(turn.calls) > 1

    def _add_results(self, turn: Observation) -> None:
        errors = [result for result in turn.results if result.is_error]
        self._count["results"] += len(turn.results)
        self._count["errors"] += len(errors)
        self._count["simulated errors"] += sum(result.simulated for result in errors)

    def _add_borrowings(self, dialogue: Dialogue) -> None:
        subtask_at = [turn.subtask for turn in dialogue.turns]
        steps: set[int] = set()
        unstated: set[int] = set()
        subtasks: set[int] = set()
        for borrowed in borrowed_values(dialogue):
            steps.add(borrowed.turn)
            unstated.update([borrowed.turn] if not borrowed.restated else [])
            here, there = subtask_at[borrowed.turn], subtask_at[borrowed.last]
            if here is not None and there is not None and there < here:
                subtasks.add(here)
        self._count["linked steps"] += len(steps)
        self._count["unstated links"] += len(unstated)
        self._count["linked subtasks"] += len(subtasks)
        self._count["later subtasks"] += max(0, len({subtask for subtask in subtask_at if subtask is not None}) - 1)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _by_name(counts: Counter[str]) -> dict[str, int]:
    """Most frequent first, then by name."""
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
