"""What the last exchanges before a reply give, as far as something may be worked out from it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from toolace_mt.dialogue.grounding import scalars
from toolace_mt.rules.date_forms import western_digits
from toolace_mt.rules.durations import Duration, durations_in, named_durations
from toolace_mt.rules.foreign_durations import foreign_durations_in
from toolace_mt.rules.foreign_values import foreign_dates, foreign_numbers, foreign_times, plain_signs
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.said_values import blanked, said_in

_EXCHANGES = 2
_MOST_VALUES = 400
_LONGEST_TEXT = 2000
_MOST_DURATIONS = 16
_MOST_TOLD = 16


class NearValues:
    """What people said, calls had and results gave in the last two exchanges before turn `at`; and the reply itself, `text`."""

    def __init__(self, reading: Reading, at: int, text: str) -> None:
        self._reading = reading
        self._at = at
        self.reply = text
        asked = [turn for turn, kind in enumerate(reading.kinds[:at]) if kind == "user"]
        self._start = asked[-_EXCHANGES] if len(asked) >= _EXCHANGES else 0

    @property
    def system(self) -> str:
        """What the system prompt says."""
        return self._reading.dialogue.system

    @lazily
    def asked(self) -> str:
        """What people said."""
        turns = range(self._start, self._at)
        said = [self._reading.turns[n].text for n in turns if self._reading.kinds[n] == "user"]
        return western_digits("\n".join(said))[-_LONGEST_TEXT:]

    @lazily
    def results(self) -> list[tuple[str, str, Any]]:
        """(path, name, value) of what results gave."""
        turns = [n for n in range(self._start, self._at) if self._reading.kinds[n] == "results"]
        contents = [content for n in reversed(turns) for content in self._reading.values_at(n)]
        found = (one for n, content in enumerate(contents) for one in scalars({str(n): content}))
        return list(islice(found, _MOST_VALUES))

    @lazily
    def called(self) -> list[tuple[str, str, Any]]:
        """(path, name, value) of the arguments of calls."""
        near = [one.call.arguments for one in self._reading.answered if self._start <= one.at < self._at]
        return list(islice((one for arguments in near for one in scalars(arguments)), _MOST_VALUES))

    @lazily
    def told(self) -> str:
        """What the results say in texts."""
        texts = [str(value)[:_LONGEST_TEXT] for _, _, value in self.results if isinstance(value, str)]
        return western_digits("\n".join(texts))

    @lazily
    def told_numbers(self) -> list[float]:
        """The numbers that the reply itself and people tell; no parts of dates and times, none that may mean two things."""
        texts = (self.reply, self.asked)
        if self._reading.in_english:
            values = (one for text in texts for one in said_in(text).values if one.kind in ("number", "amount"))
            return [one.number for one in islice(values, _MOST_TOLD)]
        numbers = (one.meanings for text in texts for one in foreign_numbers(_without_times(plain_signs(text))))
        return [one[0].number for one in islice(numbers, _MOST_TOLD) if len(one) == 1]

    @lazily
    def durations(self) -> list[Duration]:
        """The stretches of time of all these, and of the reply."""
        found: dict[Duration, None] = {}
        for text in (self.reply, self.asked, self.told):
            found |= dict.fromkeys(durations_in(text))
            if not self._reading.in_english:
                found |= dict.fromkeys(foreign_durations_in(text))
        for _, name, value in (*self.called, *self.results):
            found |= dict.fromkeys(named_durations(name, value))
        return [one for one in found if one.minutes > 0 or one.months > 0][:_MOST_DURATIONS]


def _without_times(text: str) -> str:
    rest = blanked(text, [(date.start, date.end) for date in foreign_dates(text)])
    return blanked(rest, [(time.start, time.end) for time in foreign_times(rest)])
