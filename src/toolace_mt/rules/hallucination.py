"""Values from nowhere: identifiers that nothing before the call mentions."""

from __future__ import annotations

from toolace_mt.dialogue.grounding import id_values
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Finding


def ungrounded_id(reading: Reading) -> list[Finding]:
    """Every id-like argument value was mentioned before: by the user, a result, the system prompt, or a tool.

    About half of what the paper's rules reject are such values. A call marked as faulty may have them.
    """
    return [
        Finding(
            rule="ungrounded-id",
            turn=answered.at,
            call_id=answered.call.id,
            detail=f"{answered.call.name}: the value {value!r} of {path} was not mentioned before",
        )
        for answered in reading.answered
        if not answered.call.faulty
        for path, value in id_values(answered.call.arguments)
        if not reading.mentioned(value, answered.at)
    ]
