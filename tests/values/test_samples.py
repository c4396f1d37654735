"""Invented values come from lists of our own: a seed gives the same ones with every version of every library."""

from __future__ import annotations

import hashlib
import random
import re

from toolace_mt.values import samples
from toolace_mt.values.samples import sample


def test_companies_and_addresses_read_as_such() -> None:
    for seed in range(300):
        assert re.fullmatch(r"[A-Z][\w ,.-]+", sample("company", random.Random(seed)))
        assert re.fullmatch(
            r"\d{2,4} [A-Z][a-z]+ [A-Z][a-z]+( (Apt\.|Suite) \d+)?", sample("street address", random.Random(seed))
        )


def test_a_seed_gives_the_same_values_from_release_to_release() -> None:
    drawn = [sample(give, random.Random(seed)) for give in sorted(samples._SAMPLERS) for seed in range(20)]

    assert hashlib.sha256(repr(drawn).encode()).hexdigest()[:16] == "0bcbb65e89d9049c"
