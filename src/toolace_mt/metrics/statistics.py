"""The figures of a dataset, counted dialogue by dialogue: memory does not grow with their number, but for duplicates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from toolace_mt.metrics.borrowing import borrowed_values
from toolace_mt.metrics.distribution import Distribution
from toolace_mt.metrics.diversity import Diversity, spoken, user_turns
from toolace_mt.metrics.domains import domain_of
from toolace_mt.metrics.duplicate_groups import DuplicateCount
from toolace_mt.metrics.editing import Editing
from toolace_mt.metrics.entailment import EntailmentCount, Entails
from toolace_mt.metrics.equal_size import EqualSizeSamples
from toolace_mt.metrics.figures import Figures
from toolace_mt.metrics.shape import Shape
from toolace_mt.types import Action, Dialogue, Edit, Observation, Skeleton


@dataclass(frozen=True)
class Made:
    """How a dialogue came about, as far as it is known.

    injections: kind and sub-kind of each that it has. passes, repairs: how many there were; None where nobody tells.
    """

    injections: tuple[tuple[str, str], ...] = ()
    skeleton: Skeleton | None = None
    passes: int | None = None
    repairs: int | None = None


_UNKNOWN = Made()


class Statistics:
    """Counts dialogues, and how attempts ended.

    duplicates: the similarity from which on dialogues are near-duplicates; not looked for where it is None.
    entails: the model of the entailment ratio. Raises InputError where a library for these is not installed.
    """

    def __init__(self, *, duplicates: float | None = None, entails: Entails | None = None) -> None:
        self._count: Counter[str] = Counter()
        self._named: dict[str, Counter[str]] = {}
        self._diversity = Diversity()
        self._samples = EqualSizeSamples()
        self._samples_of_users = EqualSizeSamples()
        self._shape = Shape()
        self._editing = Editing()
        self._numbers: dict[str, Counter[int]] = {"passes": Counter(), "repairs": Counter()}
        self._duplicates = None if duplicates is None else DuplicateCount(duplicates)
        self._entailment = None if entails is None else EntailmentCount(entails)

    def add(self, dialogue: Dialogue, made: Made = _UNKNOWN, line: int | None = None) -> None:
        """Count a dialogue of the dataset. line: where in its file it stands."""
        self._count["dialogues"] += 1
        self._count["user turns"] += user_turns(dialogue)
        self._add_language(dialogue)
        self._name("domains", [domain_of(dialogue)])
        self._name("tools", (call.name for call in dialogue.calls))
        for turn in dialogue.turns:
            if isinstance(turn, Action):
                self._add_calls(turn)
            else:
                self._add_results(turn)
        self._add_borrowings(dialogue)
        self._add_made(made)
        if self._duplicates is not None:
            self._duplicates.add(dialogue, line)
        if self._entailment is not None:
            self._entailment.add(dialogue)

    def add_attempt(
        self, status: str, broken: Iterable[str] = (), edits: Iterable[Edit] = (), unfit: Iterable[str] = ()
    ) -> None:
        """Count an attempt by how it ended. broken: the rules whose errors reject it. unfit: as an `Outcome` has it."""
        self._name("attempts", [status])
        self._name("rejections", set(broken))
        self._name("unfit", unfit)
        self._editing.add(edits)

    def add_row(self, form: str | None) -> None:
        """Count a row of a file by its form; None for one that cannot be read."""
        if form is None:
            self._count["unreadable"] += 1
        else:
            self._name("forms", [form])

    def figures(self) -> Figures:
        """The figures of all that was added."""
        count, named = self._count, {name: _by_name(counts) for name, counts in self._named.items()}
        tools = named.get("tools", {})
        return Figures(
            dialogues=count["dialogues"],
            user_turns=_share(count["user turns"], count["dialogues"]),
            calls_per_user_turn=_share(count["calls"], count["user turns"]),
            entropy_bits=self._diversity.entropy_bits,
            distinct_3=self._diversity.distinct_3,
            tokens=self._diversity.tokens,
            vocabulary=self._diversity.vocabulary,
            equal_size=self._samples.result(),
            equal_size_users=self._samples_of_users.result(),
            calls=count["calls"],
            tools_used=len(tools),
            steps=count["steps"],
            parallel_steps=_share(count["parallel steps"], count["steps"]),
            linked_steps=_share(count["linked steps"], count["steps"]),
            unstated_links=_share(count["unstated links"], count["linked steps"]),
            linked_subtasks=count["linked subtasks"] / count["later subtasks"] if count["later subtasks"] else None,
            error_results=_share(count["errors"], count["results"]),
            simulated_errors=_share(count["simulated errors"], count["errors"]),
            distributions=self._distributions(),
            tools=tools,
            domains={name: _share(n, count["dialogues"]) for name, n in named.get("domains", {}).items()},
            skeletons=named.get("skeletons", {}),
            injections=named.get("injections", {}),
            injections_by_sub_kind=named.get("sub-kinds", {}),
            injections_unfit=named.get("unfit", {}),
            rejections=named.get("rejections", {}),
            attempts=named.get("attempts", {}),
            edits=self._editing.counts(),
            repaired=_share(count["repaired"], count["dialogues"]),
            forms=named.get("forms", {}),
            unreadable=count["unreadable"],
            duplicates=self._duplicates and self._duplicates.figures(),
            entailment=self._entailment and self._entailment.figures(),
        )

    def _name(self, what: str, names: Iterable[str]) -> None:
        self._named.setdefault(what, Counter()).update(names)

    def _add_language(self, dialogue: Dialogue) -> None:
        said = spoken(dialogue)
        for message in said:
            self._diversity.add_tokens(message.tokens)
        self._samples.add(message.tokens for message in said)
        self._samples_of_users.add(message.tokens for message in said if message.by_user)
        self._shape.add(dialogue, said)

    def _add_made(self, made: Made) -> None:
        self._name("skeletons", [made.skeleton] if made.skeleton else [])
        self._name("injections", (kind for kind, _ in made.injections))
        self._name("sub-kinds", (f"{kind}/{sub}" if sub else kind for kind, sub in made.injections))
        self._count["repaired"] += bool(made.repairs)
        for name, number in (("passes", made.passes), ("repairs", made.repairs)):
            if number is not None:
                self._numbers[name][number] += 1

    def _distributions(self) -> dict[str, Distribution]:
        made = {name: Distribution(dict(sorted(numbers.items()))) for name, numbers in self._numbers.items()}
        return self._shape.distributions() | made

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
