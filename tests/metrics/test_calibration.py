from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.metrics.calibration import (
    ANY_EXPERT,
    MOST_EXPERTS,
    RULES,
    RULES_OR_EXPERT,
    RULES_OR_WARNINGS,
    Calibration,
    Found,
    Label,
)

ERROR, WARNING = Found("arguments", "error", 3, None), Found("secrets", "warning", 9, None)
BAD = Label(True, "wrong_type", "schema", 3)
GOOD = Label(False)


def test_errors_and_warnings_are_told_apart() -> None:
    counted = Calibration()
    for found in ([ERROR], [WARNING], [ERROR, WARNING], []):
        counted.count(BAD, found)
        counted.count(GOOD, found[:1])
    rules, warnings = counted.judges[RULES], counted.judges[RULES_OR_WARNINGS]
    assert (rules.caught, rules.missed, rules.alarms, rules.passed) == (2, 2, 2, 2)
    assert (warnings.caught, warnings.missed, warnings.alarms, warnings.passed) == (3, 1, 3, 1)
    kind = counted.kinds["schema", "wrong_type"]
    assert (kind.rows, kind.error, kind.finding, kind.located) == (4, 2, 3, 2)
    assert vars(counted.rules["secrets"]) == {"bad": 2, "bad_error": 0, "good": 1, "good_error": 0}


def test_a_finding_beside_the_damage_is_at_the_place_and_so_is_one_about_its_call() -> None:
    counted = Calibration()
    for label, index, call in (
        (BAD, 4, None),
        (BAD, 5, None),
        (Label(True, "k", "f", 3, "c1"), 8, "c1"),
        (BAD, None, None),
    ):
        counted.count(label, [Found("pairing", "error", index, call)])
    assert counted.kinds["schema", "wrong_type"].located == 1
    assert counted.kinds["f", "k"].located == 1


def test_experts_are_judges_one_by_one_and_together() -> None:
    counted = Calibration()
    counted.count(BAD, [], {"roles": True, "coherence": False, "completion": False})
    counted.count(BAD, [], {"roles": True, "coherence": True, "completion": False})
    counted.count(GOOD, [ERROR], {"roles": False, "coherence": False, "completion": False})
    counted.count(GOOD, [], {})
    assert {name: counts.recall for name, counts in counted.judges.items()} == {
        RULES: 0, RULES_OR_WARNINGS: 0, "roles": 1, "coherence": 0.5, "completion": 0,
        ANY_EXPERT: 1, MOST_EXPERTS: 0.5, RULES_OR_EXPERT: 1,
    }  # fmt: skip
    assert counted.judges[RULES_OR_EXPERT].false_alarms == 1
    assert counted.judges["roles"].false_alarms == 0
    assert counted.unjudged == 1
    assert counted.to_json()["kinds"][0]["experts"] == {"roles": 2, "coherence": 1, ANY_EXPERT: 2, MOST_EXPERTS: 1}


FOUND = st.lists(st.sampled_from([ERROR, WARNING]), max_size=2)
LABELS = st.one_of(st.just(GOOD), st.builds(Label, st.just(True), st.sampled_from("ab"), st.sampled_from("xy")))


@given(st.lists(st.tuples(LABELS, FOUND, st.none() | st.fixed_dictionaries({"roles": st.booleans()})), max_size=30))
def test_families_are_the_sums_of_their_kinds_and_all_of_it_is_json(rows: list[tuple]) -> None:
    counted = Calibration()
    for label, found, failed in rows:
        counted.count(label, found, failed)
    for name in ("rows", "error", "finding", "located", "judged"):
        families = sum(getattr(counts, name) for counts in counted.families.values())
        assert families == sum(getattr(counts, name) for counts in counted.kinds.values())
    shown = counted.to_json()
    assert shown["good"] + shown["bad"] == len(rows)
    assert orjson.dumps(shown)
