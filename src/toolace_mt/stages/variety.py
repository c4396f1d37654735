"""What falls to each dialogue of a run by its number: its user, and its place in the shares that were asked for.

All of it is a function of the number and the run's seed, so it does not matter in which order dialogues are made, at how
many at a time, or after how many stops.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from toolace_mt.config import Config
from toolace_mt.config.shares import parts_of, percent
from toolace_mt.stages.evenly import PERIOD, Pairs, Shares
from toolace_mt.stages.kinds import kinds_in_turn
from toolace_mt.types import SUB_KINDS, InjectionKind, UserProfile


class Style(NamedTuple):
    """A way of writing: its short name, and how it is described to a model."""

    name: str
    writes: str


class Persona(NamedTuple):
    """Who a user is. style: where this user always writes in one way."""

    who: str
    style: Style | None = None


@dataclass(frozen=True)
class Users:
    """The users that a run's dialogues are written for: each persona with each style in its turn."""

    personas: Sequence[Persona] = ()
    styles: Sequence[Style] = ()


NOBODY = Users()


@dataclass(frozen=True)
class Lot:
    """What falls to one dialogue; what is None or empty is drawn as if there were no shares.

    steps: of each sub-task, more than there may be. injections: kinds to inject by their shares, with the sub-kinds to
    choose from. kinds: those to inject beside them, in order; None where both their number and they are drawn by chance.
    """

    profile: UserProfile | None = None
    subtasks: int | None = None
    steps: tuple[int, ...] = ()
    injections: Mapping[InjectionKind, tuple[str, ...]] = field(default_factory=dict[InjectionKind, tuple[str, ...]])
    kinds: tuple[InjectionKind, ...] | None = None


NO_LOT = Lot()


@dataclass(frozen=True)
class Variety:
    """The lots of all dialogues of a run."""

    config: Config
    users: Users = NOBODY

    def lot(self, number: int) -> Lot:
        """What falls to dialogue `number`, from 0."""
        steps = [numbers.of(number) for numbers in self._steps]
        return Lot(
            self._profile(number),
            self._subtasks.of(number),
            tuple(count for count in steps if count is not None),
            self._injections(number),
            self._kinds_beside(number),
        )

    def config_for(self, lot: Lot) -> Config:
        """The configuration of one dialogue: kinds of injections that have shares come by these alone, and count."""
        if not self._kinds:
            return self.config
        refine = self.config.refine
        weights = refine.weights.model_copy(update=dict.fromkeys(self._kinds, 0.0))
        fewest, most = self._beside(lot.injections)
        changed = {"weights": weights, "injections_min": fewest, "injections_max": most}
        return self.config.model_copy(update={"refine": refine.model_copy(update=changed)})

    def _profile(self, number: int) -> UserProfile | None:
        users = self.users
        if not users.personas and not users.styles:
            return None
        who, how = self._pairs.of(number)
        persona = users.personas[who] if users.personas else Persona("")
        style = persona.style or (users.styles[how] if users.styles else Style("", ""))
        return UserProfile(persona=persona.who, style=style.name, writes=style.writes)

    def _injections(self, number: int) -> dict[InjectionKind, tuple[str, ...]]:
        return {kind: found for kind, shares in self._kinds.items() if (found := shares.of(number))}

    def _beside(self, injections: Mapping[InjectionKind, tuple[str, ...]]) -> tuple[int, int]:
        """The fewest and the most injections beside those that come by their shares."""
        refine = self.config.refine
        return max(0, refine.injections_min - len(injections)), max(0, refine.injections_max - len(injections))

    def _kinds_beside(self, number: int) -> tuple[InjectionKind, ...]:
        by_name = dict(self.config.refine.weights.items())
        weights: dict[InjectionKind, float] = {kind: by_name[kind] for kind in SUB_KINDS if kind not in self._kinds}
        begin = number - number % PERIOD
        ranges = [self._beside(self._injections(each)) for each in range(begin, begin + PERIOD)]
        return kinds_in_turn(number, weights, ranges, self.config.run.seed)

    @cached_property
    def _pairs(self) -> Pairs:
        return Pairs(len(self.users.personas), len(self.users.styles), self.config.run.seed, "users")

    @cached_property
    def _subtasks(self) -> _Numbers:
        knobs = self.config.initialize
        return _Numbers(self.config, "subtasks", range(knobs.subtasks_min, knobs.subtasks_max + 1))

    @cached_property
    def _steps(self) -> tuple[_Numbers, ...]:
        """One for each place of a sub-task, since not every dialogue has all places."""
        knobs = self.config.initialize
        all_ = range(knobs.steps_min, knobs.steps_max + 1)
        return tuple(_Numbers(self.config, "steps", all_, f"steps/{place}") for place in range(knobs.subtasks_max))

    @cached_property
    def _kinds(self) -> dict[InjectionKind, _SubKinds]:
        """The kinds that have shares, by their own name or by those of their sub-kinds."""
        named = {name.partition("/")[0] for name in self.config.diversity.injections}
        return {kind: _SubKinds(self.config, kind) for kind in SUB_KINDS if kind in named}


class _Numbers:
    """How many sub-tasks or steps there are: those with shares by these, at random among the others for the rest.

    name: of the shares. matter: what they are given out for, where that is only a part of it.
    """

    def __init__(self, config: Config, name: str, all_: range, matter: str = "") -> None:
        shares: dict[int, str] = getattr(config.diversity, name)
        percents = {str(key): percent(share) for key, share in shares.items()}
        self._shares = Shares(percents, config.run.seed, matter or name)
        self._others = [number for number in all_ if number not in shares]
        self._any = bool(shares)
        self._key = f"{config.run.seed}/{matter or name}"

    def of(self, number: int) -> int | None:
        """What falls to `number`; None where there are no shares at all."""
        if not self._any:
            return None
        found = self._shares.of(number)
        return int(found) if found else random.Random(f"{self._key}/{number}").choice(self._others)


class _SubKinds:
    """Which sub-kinds of a kind of injection fall to a number; none where the kind does not."""

    def __init__(self, config: Config, kind: InjectionKind) -> None:
        percents = {name: percent(share) for name, share in config.diversity.injections.items()}
        parts = parts_of(kind, percents)
        rest = percents.get(kind, sum(parts.values())) - sum(parts.values())
        self._shares = Shares({**parts, _OTHERS: rest}, config.run.seed, f"injections/{kind}")
        self._others = tuple(name for name in SUB_KINDS[kind] if name not in parts) or SUB_KINDS[kind]

    def of(self, number: int) -> tuple[str, ...]:
        """The sub-kinds to choose from."""
        found = self._shares.of(number)
        return () if found is None else self._others if found == _OTHERS else (found,)


_OTHERS = "others"
