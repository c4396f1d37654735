"""The patterns by which tool descriptions are cut down to a verb phrase."""

from __future__ import annotations

import re

_THINGS = "function|tool|api|method|endpoint|operation|service|command|utility|interface"
_FOR_WHOM = "you|users|the user|a user"
CHOSEN = "(?:specific|specified|given|particular|provided|certain|desired|requested|selected|designated|chosen|target)"
STOPS = (
    "(?:for|of|in|at|on|from|to|with|within|between|during|near|about|into|under|against|by|and|or|over|is|are|was|has|"
    "relative|based|identified|happening|playing|scored|who|whose|being|associated|related|located|using|that|which|as|"
    "through|via)"
)
_BEFORE = (
    "for|of|in|at|on|from|to|with|within|between|during|near|associated with|related to|about|into|under|against|"
    "belonging to|involved in|involved during"
)
_WORD = rf"(?!{STOPS}\b)[A-Za-z-]+"

LEAD = re.compile(
    rf"^(?:(?:this|the|a|an) (?:\w+ )?(?:{_THINGS})\b"
    r"(?: (?:is (?:used|designed|intended|able) (?:to|for)|can(?: be used to)?|will|helps?(?: you| users)?(?: to)?|to|that|"
    rf"which|allows? (?:{_FOR_WHOM}|for) (?:to )?|enables? (?:{_FOR_WHOM})(?: to)?|provides a way to))?"
    rf"|used to|use (?:this|it)(?: \w+)? to|(?:allows?|enables?) (?:{_FOR_WHOM}) to|helps?(?: you| users)? to|"
    rf"(?:{_THINGS}) (?:to|that|for))\s+",
    re.IGNORECASE,
)
"""What stands before the verb: `This function is used to`."""

NOUN_OF = re.compile(r"^(?:the )?(\w+) of ", re.IGNORECASE)
"""A verb hidden in a noun: `the purchase of`."""

CUT = re.compile(
    r"(?:[,;:.(\[]|\s-\s| (?:"
    r"based on|given|using|with the option|with options?|with (?:an? )?optional|with additional|"
    rf"with (?:a|an|the)? ?{CHOSEN}|with (?:detailed|its|their|custom|adjustable|various|support)|"
    r"by (?:its|their|his|name|id|using|providing|specifying|matching|a|an|the|adding|simply|setting|performing|user)|"
    r"and (?:returns?|optionally|saves?|provides?|ensur\w+|sets?|displays?|get|gives?)|"
    r"and \w+[^s]s (?:the|a|an|its|all|if|it|log)|according to|filtered|depending|if|when|where|which|that|so that|"
    r"in order to|via|through|as well as|along with|while|considering|including|such as|like|until|unless|assuming|"
    r"e\.g|i\.e|suitable|tailored|after|due to|by)\b)"
)
"""Where the part begins that only says how or by which values."""

PLACEHOLDER = re.compile(
    rf" (?P<before>{_BEFORE})"
    r" (?:(?P<article>a|an|the|any|each|one|two|multiple|its|their|his|user's|all)\s+)?"
    rf"(?:\w+ )?{CHOSEN}\b(?P<noun>(?: {_WORD}){{1,3}})?"
)
"""`for a specified city`."""

TAIL = re.compile(
    r"^(?P<object>.*?)(?:(?:^| )(?P<before>for|of|in|at|on|from|to|with|between|about|near|into))?"
    rf"(?:^| )(?P<article>a|an|one|the|two) (?P<noun>{_WORD}(?: {_WORD}){{0,2}})$"
)
"""A noun phrase at the end: `the price` + `of a stock`."""

NOUN_PHRASE = re.compile(
    r"\b(?:(?P<list>(?:a|the) (?:list|set|array|series) of (?P<things>[a-z]+))|"
    rf"(?P<article>a|an|one|another|the|any) (?P<noun>{_WORD}(?: {_WORD}){{0,2}}))"
)

NOISE = re.compile(
    r" (?:for|of|by) the (?:currently )?(?:authenticated|current|logged[- ]in) user\b(?!')| of any (?:extension|kind|type)\b|"
    r" from one \w+ to another\b| line by line\b| (?:from|at|in) (?:the )?cur+ent (?:working )?directory\b| or directory\b|"
    r"\b(?:existing|user-specified|user-provided) (?=\w)| (?:in|from|within) the system$"
)
"""What no user would say."""

FILLER = re.compile(rf"\b{CHOSEN}\s+", re.IGNORECASE)
DANGLING = re.compile(
    r"(?:\s+(?:associated|created|sent|identified|based|scored|over|encoded|generated|provided|made|requested|related|"
    r"whether|how|what|for|of|in|at|on|from|to|with|within|between|during|a|an|the|and|or|its|their|by|into|as|is|are|it|"
    r"user's))+$"
)
BASE = re.compile(r"^(?!whether|how |if |does )[A-Za-z][A-Za-z0-9'/ -]*$")
HOLLOW = frozenset(
    {"", "information", "details", "the details", "detailed information", "the information", "the detailed information"}
    | {"the name", "a list", "the list", "data", "all", "the data", "a summary", "the status", "the result"}
)
"""Objects that say nothing without their tail."""
