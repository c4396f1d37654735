"""Near-duplicates in a run: of two accepted dialogues that say almost the same, the one with the higher number is rejected.

What a dialogue is compared with are the accepted ones of lower numbers, and nothing else, so its fate does not depend on
which was finished first. It is known as soon as theirs is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolace_mt.config import Config
from toolace_mt.metrics.duplicates import NearDuplicates, compared_texts
from toolace_mt.types import Finding, Outcome

NEAR_DUPLICATE = "near-duplicate"


class Distinct:
    """Decides on dialogues in the order of their numbers. Raises InputError where rensa is not installed.

    threshold: the similarity from which on two dialogues are near-duplicates (see `metrics.duplicates`).
    """

    def __init__(self, threshold: float, seed: int) -> None:
        self._earlier = NearDuplicates(threshold, seed)

    @staticmethod
    def concerns(outcome: Outcome) -> bool:
        """Whether nothing but this can reject the dialogue. A decision of an earlier sitting is made again."""
        return all(f.rule == NEAR_DUPLICATE for f in outcome.findings if f.severity == "error") and (
            outcome.status != "failed" and outcome.dialogue is not None
        )

    def decide(self, outcome: Outcome) -> Outcome:
        """The next dialogue that this concerns, accepted or rejected; an accepted one is kept to be compared with."""
        assert outcome.dialogue is not None
        texts = list(compared_texts(outcome.dialogue))
        others = tuple(f for f in outcome.findings if f.rule != NEAR_DUPLICATE)
        match = self._earlier.find(texts)
        if match is None:
            self._earlier.add(outcome.id, texts)
            return outcome.model_copy(update={"status": "accepted", "findings": others})
        detail = f"nearly repeats dialogue {match.key} (similarity {match.similarity:.2f})"
        found = Finding(rule=NEAR_DUPLICATE, detail=detail)
        return outcome.model_copy(update={"status": "rejected", "findings": (*others, found)})


def distinct_for(config: Config) -> Distinct | None:
    """What decides in a run of this configuration; None where near-duplicates are not looked for. Raises InputError."""
    threshold = config.diversity.near_duplicates
    return None if threshold is None else Distinct(threshold, config.run.seed)


def decided(outcomes: Iterable[Outcome], config: Config) -> Iterator[Outcome]:
    """`outcomes`, in the order of their numbers, as a run of `config` would record them. Raises InputError."""
    distinct = distinct_for(config)
    for outcome in outcomes:
        yield distinct.decide(outcome) if distinct is not None and distinct.concerns(outcome) else outcome
