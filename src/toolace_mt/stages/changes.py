"""Whether a change of a dialogue may stand: it must bring no error that was not there before."""

from __future__ import annotations

from toolace_mt.ask import Unacceptable
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue


def refuse_new_errors(scope: Scope, old: Dialogue, new: Dialogue) -> None:
    """Raises Unacceptable with the errors that `new` has and `old` has not, in words for the model."""
    known = {(f.rule, f.detail) for f in scope.check(old) if f.severity == "error"}
    fresh = [f for f in scope.check(new) if f.severity == "error" and (f.rule, f.detail) not in known]
    if fresh:
        raise Unacceptable([f"turn {f.turn} of the new dialogue: {f.detail}" for f in fresh])
