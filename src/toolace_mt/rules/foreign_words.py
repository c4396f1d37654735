"""Words that stand beside numbers in other languages than English: months, what multiplies a number, and clocks.

Months as the Unicode CLDR has them, wide and abbreviated, where a date has them.
"""

from __future__ import annotations

import re


def _by_word(rows: str) -> dict[str, int]:
    """Month by word: of each language twelve, and `;` behind them; those of one month are joined by `/`."""
    return {
        word: month
        for row in rows.split(";")
        for month, words in enumerate(row.split(), 1)
        for word in words.split("/")
    }


MONTHS = _by_word(
    """
januar/jän/jan/jänner februar/feb märz/mär april/apr mai juni/jun juli/jul august/aug
september/sep/sept oktober/okt november/nov dezember/dez;
enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago
septiembre/sep/sept/setiembre octubre/oct noviembre/nov diciembre/dic;
janvier/janv février/févr/fevrier mars avril/avr mai juin juillet/juil août/aout septembre/sept
octobre/oct novembre/nov décembre/déc;
janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago
setembro/set outubro/out novembro/nov dezembro/dez;
gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago
settembre/set ottobre/ott novembre/nov dicembre/dic;
januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/augusti/aug
september/sep oktober/okt november/nov december/dec;
января/янв/январь февраля/фев/февр/февраль марта/мар/март апреля/апр/апрель мая/май
июня/июн/июнь июля/июл/июль августа/авг/август сентября/сен/сент/сентябрь октября/окт/октябрь
ноября/ноя/нояб/ноябрь декабря/дек/декабрь;
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня;
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada
grudnia;
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık;
januari februari maret april mei juni juli agustus september oktober november desember;
يناير فبراير مارس أبريل/إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر;
كانون‌الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين‌الأول تشرين‌الثاني كانون‌الأول;
जनवरी/जन॰ फ़रवरी/फरवरी/फ़र॰ मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर
नवंबर/नवम्बर दिसंबर/दिसम्बर;
"""
)

# What multiplies the number before it. Chinese, Japanese and Korean ones may be followed by a smaller part: 3万5千.
STACKED = {
    **{"百": 1e2, "千": 1e3, "仟": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12},
    **{"백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12},
}
SCALES: dict[str, float] = {
    **dict.fromkeys(("mil", "tsd", "tausend", "mille", "mila", "k", "duizend", "bin", "ribu", "rb"), 1e3),
    **dict.fromkeys(("тыс", "тысяч", "тысячи", "тысяча", "тисяч", "ألف", "آلاف", "ألفا", "हज़ार", "हजार"), 1e3),
    **dict.fromkeys(
        ("mio", "million", "millionen", "millions", "millones", "millón", "milhão", "milhões", "milioni"), 1e6
    ),
    **dict.fromkeys(("milione", "miljoen", "milyon", "juta", "mln", "млн", "миллион", "миллиона", "миллионов"), 1e6),
    **dict.fromkeys(("مليون", "ملايين"), 1e6),
    **dict.fromkeys(("mrd", "milliarde", "milliarden", "milliard", "milliards", "mil millones", "miliardi"), 1e9),
    **dict.fromkeys(("bilhão", "bilhões", "bi", "млрд", "миллиард", "миллиарда", "миллиардов", "milyar", "مليار"), 1e9),
    **dict.fromkeys(("lakh", "lakhs", "लाख"), 1e5),
    **dict.fromkeys(("crore", "crores", "cr", "करोड़", "करोड"), 1e7),
}

# Chinese, Japanese and Sino-Korean numerals; the last row only counts.
NUMERALS = {
    **{sign: value for value, sign in enumerate("〇一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("영일이삼사오육칠팔구")},
    **{"零": 0, "两": 2, "兩": 2, "十": 10, "십": 10},
}

# Between the hour and the minute, and behind an hour that stands alone; what may follow them says that it is a stretch.
CLOCK = re.compile(
    r"(?<![\w.,:/-])([0-2]?[0-9])(?:"
    r"\s?(?:h|ч|Uhr|時|时|點|点|시|बजकर)\s?([0-5]?[0-9])(?:\s?(?:min|мин|m|分|분|मिनट)\.?)?(?![\w.,:]?[0-9])"
    r"|[.]([0-5][0-9])(?=\s?(?:Uhr|h|ч)\b)"
    r"|(?:\s?(?:(?:h|Uhr|uur|час(?:а|ов)?)\b|[時时시]|बजे)|(?<=[午上晨晚早][0-9])[点點]|(?<=[午上晨晚早]1[0-2])[点點]|[点點](?=[半钟鐘整]))"
    r"(?![間间장])(半|반|\s반)?"
    r")",
    re.ASCII | re.IGNORECASE,
)
"""Groups: hour, minute behind a word, minute behind a point, half an hour. In Japanese, `3点` are three things."""
