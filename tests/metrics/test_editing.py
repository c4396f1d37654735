from __future__ import annotations

from tests.doubles.trips import outcome, trip
from toolace_mt.metrics.editing import EditCounts, Editing


def test_by_hand() -> None:
    edits = outcome().edits
    same = edits[1].model_copy(update={"accepted": True, "after": edits[1].before})
    editing = Editing()
    editing.add(edits)
    editing.add([same])
    assert editing.counts() == {
        "inject/error_simulation": EditCounts(proposed=1, accepted=1),
        "reasonability/mask_fill": EditCounts(proposed=2, accepted=1, unchanged=1),
    }
    assert edits[0].start < len(trip().turns)
