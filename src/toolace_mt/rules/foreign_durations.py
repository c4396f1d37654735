"""How long things take, as languages other than English tell it: `7 días`, `2 Wochen`, `90 分钟`, `3 дня`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from toolace_mt.rules.durations import Duration
from toolace_mt.rules.foreign_words import NUMERALS

_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
# What also stands in clock times and dates (`分`, `日` behind a month, `분` behind an hour) is none.
_FORM = re.compile(
    r"(?<![\w.,:/月월-])(?<![시時时月월] )(\d{1,3}|[一二两兩三四五六七八九十半])[ -]?(?:"
    r"(?P<minute>Minuten?\b|Min\b|minutos?\b|minutes?\b|мин\w{0,3}|分[钟鐘間]|분|دقيقة|دقائق|मिनट)"
    r"|(?P<hour>Stunden?\b|horas?\b|heures?\b|час\w{0,2}|小[时時]|個小時|个小时|時間|시간|ساعة|ساعات|घंट[ेा])"
    r"|(?P<day>Tagen?\b|Tage\b|Nächten?\b|días?\b|dias?\b|noches?\b|noites?\b|jours?\b|nuits?\b|дн\w{1,2}|день|сут\w{1,2}"
    r"|ноч\w{1,2}|[天晚泊박]|日間|日(?!\w)|일|يوما?|أيام|ليال|दिन|रात)"
    r"|(?P<week>Wochen?\b|semanas?\b|semaines?\b|недел\w{1,2}|个星期|[周週]間?|주|أسبوع|أسابيع|हफ़्ते|हफ्ते|सप्ताह)"
    r"|(?P<month>Monaten?\b|mes\b|meses\b|mês\b|mois\b|месяц\w{0,2}|[个個]月|[かヶカ]月|개월|شهر|أشهر|महीने|माह)"
    r")",
    re.IGNORECASE,
)
_HALF_AN_HOUR = 30
_LONGEST_TEXT = 4000
_MOST = 40


def foreign_durations_in(text: str) -> Iterator[Duration]:
    """The stretches of time that a text with plain signs names."""
    for found in islice(_FORM.finditer(text[:_LONGEST_TEXT]), _MOST):
        unit = found.lastgroup or ""
        if found[1] == "半":
            yield Duration(_HALF_AN_HOUR)
            continue
        count = int(found[1]) if found[1].isdecimal() else int(NUMERALS[found[1]])
        yield Duration(0, count) if unit == "month" else Duration(count * _MINUTES[unit])
