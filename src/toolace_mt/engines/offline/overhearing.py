"""What a simulated user says for a goal, and the plan behind what was said.

The user of a simulation knows its goals, and the assistant hears only the messages. Both are this engine: the assistant
finds the plan by asking of each what its user would have said.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from toolace_mt.engines.offline.faults import sentences_of
from toolace_mt.engines.offline.planning import PlannedSubTask, Planner, salts_of
from toolace_mt.engines.offline.reading import Scene
from toolace_mt.engines.offline.slips import mended
from toolace_mt.engines.offline.speaking import STYLES, framed
from toolace_mt.engines.offline.voices import TONES, VOICES, in_voice

# A sub-task of more steps is heard only by the engine that planned it.
_MOST_STEPS = 8
_MANNERS = 3
# Goals of this engine begin with a verb; of others, whole sentences are said as they are.
_OF_A_PERSON = re.compile(r"(?:I|I['’]\w{1,2}|[Tt]he user|[Yy]ou|We|My|It|There)\b")


@lru_cache(maxsize=8192)
def request_for(first: str, goal: str, voice: str, manner: int, *, later: bool) -> str:
    """The message that asks for `goal`, as the user whose first goal is `first` writes it.

    voice: one of `VOICES`. manner: which of several ways to say it, where another one was refused.
    """
    tone = TONES[voice] if voice else random.Random(first).choice(STYLES)
    rng = random.Random(f"{first}/{goal}/{manner}")
    pieces = _sentences(goal)
    if any(_OF_A_PERSON.match(piece) for piece in pieces):
        return goal
    return in_voice(framed([_clause(piece) for piece in pieces], tone, rng, later=later), voice, rng)


def _sentences(goal: str) -> list[str]:
    """The sentences of a goal; a quotation is never taken apart."""
    found: list[str] = []
    for piece in sentences_of(goal):
        if found and found[-1].count('"') % 2:
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _clause(piece: str) -> str:
    """A sentence as part of another; a goal that is nothing but a stop is left as it is."""
    return piece[:1].lower() + piece[1:].removesuffix(".") or piece


async def plan_behind(scene: Scene, planner: Planner) -> list[PlannedSubTask] | None:
    """The plan, up to the sub-task of the last message, behind all that the user of the scene has said; None for no plan.

    Plans that are kept are looked at first, so that in the process that planned the dialogue it costs nothing.
    """
    said = [turn.text for turn in scene.turns if turn.kind == "user"]
    if not said or planner.is_foreign(scene, said):
        return None
    kept = planner.kept(scene)
    for _, _, made in kept:
        if _says(made, said):
            return made[: len(said)]
    for salt, steps, made in kept:
        if _says(made, said[:-1]) and (found := await _grown(scene, planner, said, salt, steps[: len(said) - 1])):
            return found
    for salt in salts_of(scene):
        if found := await _grown(scene, planner, said, salt):
            return found
    planner.note_foreign(scene, said)
    return None


def _says(made: Sequence[PlannedSubTask], said: Sequence[str]) -> bool:
    return len(made) >= len(said) and all(_is_said(made, place, text) for place, text in enumerate(said))


def _is_said(made: Sequence[PlannedSubTask], place: int, text: str) -> bool:
    first, goal = made[0].goal, made[place].goal
    if _clause(_sentences(goal)[0]).lower() not in mended(text).lower():  # told fast, for most
        return False
    ways = product(VOICES, range(_MANNERS))
    return any(text == request_for(first, goal, voice, manner, later=place > 0) for voice, manner in ways)


async def _grown(
    scene: Scene, planner: Planner, said: Sequence[str], salt: int, known: Sequence[int] = ()
) -> list[PlannedSubTask] | None:
    """The plan of a salt, each sub-task of as many steps as it takes to say what was said; None where there is none.

    known: the steps of the first sub-tasks, where they have been found out before.
    """
    steps = list(known)
    made: list[PlannedSubTask] = []
    for place in range(len(steps), len(said)):
        for count in range(1, _MOST_STEPS + 1):
            made = await planner.trial(scene, (*steps, count), salt)
            if _is_said(made, place, said[place]):
                steps.append(count)
                break
        else:
            return None
    return planner.keep(scene, salt, steps, made)
