"""Which language a short text is in, where it is plain: by the small words that every sentence is made of."""

from __future__ import annotations

import re
from functools import lru_cache


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Small words of languages in Latin letters; words that English has as well are left out, others may be in several of them.
_SMALL_WORDS: dict[str, frozenset[str]] = {
    "Spanish": _words_of(
        "el la los las un una unos de del y o que en lo por para con su sus se es está están son ha han he hay sido ser ya "
        "más algo muy como pero si sí mi mis tu usted ustedes le les nos esta este esto hoy aquí puede puedo pueda puedes "
        "tiene tengo quiero gracias cuál qué cómo dónde cuándo también desea al sobre otra otro favor"
    ),
    "French": _words_of(
        "le la les un une des du de et ou que qui en dans pour avec sur au aux ce cette ces est sont été être ai avez avons "
        "je vous nous il elle ils votre vos notre mon ma mes pas ne plus bien très autre chose puis peux pouvez merci voici "
        "voulez souhaitez oui mais aussi quel quelle comment où aider avoir à"
    ),
    "German": _words_of(
        "der die das den dem des ein eine einen einem einer und oder nicht ist sind wurde wurden werden wird hat haben ich sie "
        "wir ihr ihre ihren ihnen mir mich es für mit auf von zu zum zur im bei nach noch etwas kann können möchten bitte "
        "danke auch aber wie wann wo sonst tun wenn dass sehr schon hier"
    ),
    "Italian": _words_of(
        "il lo la gli le un una uno di del della dei delle e o che per con su nel nella è sono stato stata stati ho ha hai "
        "non si mi ti ci lei suo sua suoi questo questa più anche molto come cosa altro altra posso può puoi aiutarla "
        "desidera vuole grazie prego quale quando dove vorrei oggi al alla ancora"
    ),
    "Portuguese": _words_of(
        "os um uma de da dos das e ou que em na nas nos por para com sua seu seus se é está são foi ser ter tem tenho "
        "não mais muito também como mas eu você vocês ele ela isso este esta hoje aqui posso pode gostaria obrigado "
        "obrigada qual quando onde ajudar algo mesmo já ao à"
    ),
    "Dutch": _words_of(
        "de het een en of dat die niet zijn ik je jij u uw jouw wij hij zij voor met op van naar bij aan nog iets kan "
        "kunt kunnen wil wilt graag dank ook maar hoe wanneer waar welke heeft hebben heb bent wordt werd er om te anders "
        "helpen verder vandaag"
    ),
}
_ENGLISH = _words_of(
    "the a an and or of to for is are was were be been has have had i you he she it we they your my our their this that these "
    "with on at by from not can could would will please what which how when where there here do does did"
)
_CLEARLY_ENGLISH = (" the ", " you", " is ", " to ", "The ", "You")
_SHARED_SPELLING = frozenset(
    {"a", "on", "me", "do", "was", "are", "an", "is", "had", "will", "by", "of", "we", "has", "have"}
)
_ONLY_ENGLISH = _ENGLISH - _SHARED_SPELLING
_ONLY_FOREIGN = frozenset().union(*_SMALL_WORDS.values()) - _ENGLISH - _words_of("in no so die come sin bent")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 2000
_FEWEST_WORDS = 6
_FEWEST_SMALL = 4
_SURE_SHARE = 0.35
_ENGLISH_WORDS = 5
_FEWEST_ENGLISH, _ENGLISH_TO_FOREIGN = 3, 8
_ENGLISH_SHARE = 0.2
_LEAST_ENGLISH = 0.1
_FEWEST_LETTERS, _MANY_LETTERS = 20, 300


def speaks_english(text: str) -> bool:
    """Whether a whole dialogue is in English, or too short to tell; its words may have any accents, its signs be any."""
    if " the " in text and (text.isascii() or sum(map(text.count, _CLEARLY_ENGLISH)) >= _ENGLISH_WORDS):
        return True
    found = [word.lower() for word in _WORD.findall(text[:_LONGEST])]
    letters = sum(map(len, found))
    if letters < _FEWEST_LETTERS:
        return True
    if sum(map(str.isascii, found)) < len(found) / 2:
        return False
    if sum(word in _ONLY_ENGLISH for word in found) >= _LEAST_ENGLISH * len(found):
        return True
    return letters < _MANY_LETTERS and len(_ONLY_FOREIGN.intersection(found)) < _FEWEST_SMALL


@lru_cache(maxsize=8192)
def plainly_foreign(text: str) -> str | None:
    """The language of a text that nobody takes for English; None for English, for short texts, and where it is not plain.

    Names tell nothing: words with a capital do not count, but for the first one.
    """
    if any(word in text for word in _CLEARLY_ENGLISH):
        return None
    found = _WORD.findall(text[:_LONGEST])
    if len(found) < _FEWEST_WORDS:
        return None
    small = [found[0].lower(), *(word for word in found[1:] if word.islower())]
    if any(word in _ENGLISH and word not in _SHARED_SPELLING for word in small):
        return None
    counts = {language: [word for word in small if word in known] for language, known in _SMALL_WORDS.items()}
    language, known = max(counts.items(), key=lambda entry: len(entry[1]))
    sure = len(set(known)) >= _FEWEST_SMALL and len(known) >= _SURE_SHARE * len(found)
    return language if sure else None


def in_plain_english(text: str) -> bool:
    """Whether a text that may be short is English, and nothing else: `Here is what came back: IB6651`.

    Words with a capital do not count, but for the first one.
    """
    found = _WORD.findall(text[:_LONGEST])
    small = [found[0].lower(), *(word for word in found[1:] if word.islower())] if found else []
    surely = sum(word in _ONLY_ENGLISH for word in small)
    english = sum(word in _ENGLISH for word in small)
    foreign = sum(word in _ONLY_FOREIGN for word in small)
    if english < _FEWEST_ENGLISH or foreign * _ENGLISH_TO_FOREIGN > surely:
        return False
    if surely < _FEWEST_ENGLISH - 1:
        return False
    return english >= _SURE_SHARE * len(found) if surely < _FEWEST_ENGLISH else surely >= _ENGLISH_SHARE * len(found)


def plainly_english(texts: list[str]) -> bool:
    """Whether texts taken together are English beyond doubt."""
    joined = " ".join(texts)[:_LONGEST].lower()
    found = _WORD.findall(joined)
    known = sum(word in _ENGLISH for word in found)
    return known >= _ENGLISH_WORDS and known >= _ENGLISH_SHARE * len(found)
