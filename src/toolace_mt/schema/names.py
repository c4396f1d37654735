"""Reading identifiers: their words, singular forms, and whether they name something by an id."""

from __future__ import annotations

import re
from functools import lru_cache

# In this order: IDs, URLs | HTTP in HTTPServer | Order, order | ORDER | 2 | words of other scripts.
_WORD = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")

# RFC 6648: how headers are called that nobody has registered.
_OWN_HEADER = re.compile(r"X-(?=[A-Z][a-z])")

_SINGULAR_ENDS = ("ss", "us", "is", "news", "series", "gas", "alias")
_OWN_PLURALS = {
    "people": "person",
    "children": "child",
    "indices": "index",
    "statuses": "status",
    "aliases": "alias",
    "movies": "movie",
    "cookies": "cookie",
    "calories": "calorie",
}

# A name that ends in one of these names a thing by its id.
_ID_HEADS = frozenset(
    {"id", "uuid", "guid", "uid", "token", "key", "code", "number", "no", "ref", "reference", "handle"}
    | {"sku", "slug", "symbol", "ticker", "isbn", "iban", "pnr"}
)
# These say what they are only with a word before them: `number` alone is any number, `order_number` is an id.
_HEADS_IN_NEED = frozenset({"key", "code", "number", "no", "ref", "reference", "handle"})


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The words of an identifier or a text, in lower case: `getOrderIDs` gives get, order, ids."""
    return tuple(word.lower() for word in _WORD.findall(name))


def name_in_words(name: str) -> str:
    """`pickupLocation` as `pickup location`, and the header `X-Branch` as `branch`."""
    name = _OWN_HEADER.sub("", name)
    return " ".join(words(name)) or name.strip("_")


def singular(word: str) -> str:
    """The singular of an English word in lower case, as far as its ending tells; other words come back unchanged."""
    if word in _OWN_PLURALS:
        return _OWN_PLURALS[word]
    if len(word) <= 2 or not word.endswith("s") or word.endswith(_SINGULAR_ENDS):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


def entity_words(name: str) -> tuple[str, ...]:
    """The words of a name, the last one in the singular: `order_ids` and `orderId` give the same."""
    found = words(name)
    return (*found[:-1], singular(found[-1])) if found else ()


def is_id_like(name: str) -> bool:
    """Whether values under this name identify something: `order_id`, `symbols`, `trackingNumber`; not `number`."""
    *before, head = entity_words(name) or ("",)
    return head in _ID_HEADS and (bool(before) or head not in _HEADS_IN_NEED)
