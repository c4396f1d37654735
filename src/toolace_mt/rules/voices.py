"""Who speaks: users who talk as the assistant does or name its tools, and an assistant that talks as its user does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolace_mt.rules.foreign_speech import OFFERS
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Finding, Severity

# What only an assistant says. Nobody offers help to the one who helps.
_OFFERS = re.compile(
    r"\bhow (?:can|may|could) I (?:best )?(?:help|assist) you\b|"
    r"\b(?:is there )?(?:anything|something) else (?:that )?I (?:can|could|may) "
    r"(?:help|assist|do(?! (?:to|about|before|so|on|now|here|if)\b))\b|"
    r"\bI(?: can|['’]d be (?:happy|glad) to|['’]ll be (?:happy|glad) to| would be (?:happy|glad) to|['’]m here to| am here to) "
    r"(?:certainly |definitely )?(?:help|assist) you\b|"
    r"\bif you (?:need|require|want) (?:any |anything )?(?:further |more |additional |other |else ?)?(?:assistance|help)\b|"
    r"\bas an? (?:AI|virtual|digital) (?:language model|assistant)\b|"
    r"有什么(?:可以|能)帮(?:助|到|您)|(?:可以|能)(?:帮助|协助)您|我(?:已经|已)?为您",
    re.IGNORECASE,
)
# A user may say so too, of what is to be looked for: `I can help you find it`.
_HELPS_WITH = re.compile(r"\bI can (?:help|assist) you (?!with\b|today\b|further\b)[a-z]", re.IGNORECASE)
_THINGS = r"(?:account|order|reservation|booking|user|customer|confirmation|tracking|zip|postal)"
_ASKS_DETAILS = re.compile(
    r"\b(?:could|can|would|may) (?:you )?(?:please )?(?:provide|share|confirm|give me|tell me|have) (?:me )?(?:with )?"
    rf"your {_THINGS} (?:id|number|code|details|information|name)\b|"
    rf"\bplease (?:provide|share|confirm) (?:me )?(?:with )?your {_THINGS} (?:id|number|code|details|information|name)\b",
    re.IGNORECASE,
)
_HAS_DONE = re.compile(
    r"\bI(?:['’]ve| have) (?:now |just |successfully |already ){0,2}(?:processed|booked|updated|cancell?ed|changed|modified|"
    r"scheduled|submitted|refunded|reserved|completed) your\b",
    re.IGNORECASE,
)
_OF_ASSISTANT = (("offers help", _OFFERS), ("asks for details", _ASKS_DETAILS), ("says it is done", _HAS_DONE))
# Each of them has one of these, in lower case; most have `your `.
_HINTS = ("help you", "assist you", "else i ", "else that i ", "if you ", "language model", "virtual", "digital", "您")
_YOUR = "your "
_YOUR_HINTS = (
    *("ed your ", "your account ", "your order ", "your reservation ", "your booking ", "your user ", "your customer "),
    *("your confirmation ", "your tracking ", "your zip ", "your postal "),
)

# What only a user says.
_WANTS = re.compile(
    r"\b(?:I(?: want|['’]d like| would like| need) (?:you )?to|(?:can|could|would) you (?:please )?(?:help me (?:to )?)?|"
    r"please|help me (?:to )?) ?(?:re)?(?:cancel|book|return|exchange|change|modify|update|track|check|find|get|fix) "
    r"(?:out |on )?(?:all )?my (?:\w{1,20} )?(?:order|reservation|booking|flight|account|appointment|subscription|plan|bill|"
    r"password|address|payment)s?\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|(?<!\w)'[^'\n]{1,400}'(?!\w)|「[^」\n]{1,400}」|```[\s\S]{0,4000}?```"
)
# What a user dictates, translates or asks about may have anybody's voice.
_DICTATES = re.compile(
    r"\b(?:translat\w*|say(?:s|ing)?|said|repl(?:y|ies)|messages?|e-?mails?|tweet\w*|post(?:s|ing)?|writ\w+|text(?:s|ing)?|content|"
    r"captions?|comments?|subject|body|titled?|tell (?:him|her|them)|ask(?:s|ed|ing)?)\b|翻译|消息|邮件|内容|标题",
    re.IGNORECASE,
)
_LONGEST = 4000

# The name of a function, as nobody calls a thing: `get_order_details`, `getOrderDetails`.
_CODE_NAME = re.compile(r"(?<![\w@./#-])[A-Za-z][A-Za-z0-9]{0,40}(?:_[A-Za-z0-9]{1,40}){1,10}(?![\w@-])")
_CAMEL_NAME = re.compile(r"(?<![\w@./#-])[A-Za-z][a-z0-9]{1,40}(?:[A-Z][a-z0-9]{1,40}){1,8}(?![\w@-])")
_SPEAKS_OF_TOOLS = re.compile(
    r"\b(?:call|use|run|invoke|execute|function|tool|api)\b|调用|使用|函数|工具", re.IGNORECASE
)
_MOST_NAMES = 200


def swapped_voice(reading: Reading) -> list[Finding]:
    """No user speaks as the assistant does (`How can I help you?`), and no reply as a user (`Please cancel my order`)."""
    findings: list[Finding] = []
    if _may_serve(reading.asked_lower):
        for index, text in reading.requests:
            if _may_serve(text.lower()):
                findings += _as_assistant(index, text[:_LONGEST])
    if not reading.in_english:
        for index, text in reading.requests:
            if found := OFFERS.search(_QUOTED.sub(" ", text[:_LONGEST])):
                findings.append(_speaks_as_assistant(index, "offers help", found.group(), "error"))
    for index, text in reading.replies:
        if " my " in text and (found := _WANTS.search(_QUOTED.sub(" ", text[:_LONGEST]))):
            detail = f"the reply speaks as the user would: {found.group()!r}"
            findings.append(Finding(rule="swapped-voice", severity="warning", turn=index, detail=detail))
    return findings


def _may_serve(lowered: str) -> bool:
    if _YOUR in lowered and any(hint in lowered for hint in _YOUR_HINTS):
        return True
    return any([hint in lowered for hint in _HINTS])  # noqa: C419 - a list is faster here


def _as_assistant(index: int, text: str) -> Iterator[Finding]:
    spoken = _QUOTED.sub(" ", text)
    for what, pattern in (
        _OF_ASSISTANT if _YOUR in spoken.lower() else _OF_ASSISTANT[:1]
    ):  # only offers go without `your`
        found = pattern.search(spoken)
        if found:
            severity: Severity = (
                "warning" if _DICTATES.search(spoken) or _HELPS_WITH.match(spoken, found.start()) else "error"
            )
            yield _speaks_as_assistant(index, what, found.group(), severity)
            return


def _speaks_as_assistant(index: int, what: str, said: str, severity: Severity) -> Finding:
    detail = f"the user speaks as the assistant would, who {what}: {said!r}"
    return Finding(rule="swapped-voice", severity=severity, turn=index, detail=detail)


def tool_named(reading: Reading) -> list[Finding]:
    """No user calls a tool by the name of its function, which users cannot know; an error where it is written as a call."""
    asked = reading.asked
    tools = reading.tools_at(len(reading.turns) - 1)
    if not [name for name in tools if name in asked and _is_code(name)]:
        return []
    findings: list[Finding] = []
    for index, text in reading.requests:
        if named := _named(reading, index, text[:_LONGEST]):
            as_call = re.search(rf"{re.escape(named)}\((?:[\w\"'{{)])", text[:_LONGEST]) is not None
            detail = f"the user names the function {named}" + (", and writes a call of it" if as_call else "")
            severity: Severity = "error" if as_call else "warning"
            findings.append(Finding(rule="tool-named", severity=severity, turn=index, detail=detail))
    return findings


def _is_code(name: str) -> bool:
    return "_" in name or not (name.islower() or name.istitle())


def _named(reading: Reading, index: int, text: str) -> str | None:
    tools = reading.tools_at(index)
    names = _CODE_NAME.findall(text)[:_MOST_NAMES]
    if _SPEAKS_OF_TOOLS.search(text):
        names += _CAMEL_NAME.findall(text)[:_MOST_NAMES]
    return next((name for name in names if name in tools), None)
