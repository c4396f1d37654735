"""What is wrong with what is done and said, though each message is in order. Each function is a kind; see `kinds`."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

from toolace_mt.corruption.damage import Damage, shuffled, with_text
from toolace_mt.corruption.transcript import Step, Transcript, leaves, squeeze
from toolace_mt.dialogue.turns import content_value, json_text

_CLAIM = re.compile(
    r"\b(?:has|have|is|are|was|were)(?: now)?(?: been)?(?: successfully)? (?:\w{3,15}ed|sent|made|set|paid|done)\b"
    r"|\bI(?:'ve|’ve| have)(?: now)?(?: successfully)? (?:\w{3,15}ed|sent|made|set|paid|done)\b"
    r"|\bsuccess(?:ful)?(?:ly)?\b|^(?:booked|done|confirmed|reserved|cancelled)\b",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\b(?:not|unable|cannot|can't|couldn|sorry|unfortunately|error|fail|would you like|shall i)", re.IGNORECASE
)
_READS = re.compile(
    r"get|list|search|find|query|check|calc|look|fetch|retrieve|read|show|think|view|browse|count", re.IGNORECASE
)
_FAILED = re.compile(r"error|exception|fail|not found|invalid|denied", re.IGNORECASE)
_ERRORS = (
    "payment method not found",
    "the service did not answer in time",
    "request could not be processed",
    "permission denied",
    "record is locked by another request",
)
_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


def claim_without_call(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The call that did it is gone, with its result; the reply still says that it is done."""
    times = Counter(call.name for call in transcript.calls)
    for step in shuffled(_claimed(transcript), rng):
        if _READS.search(step.calls[0].name) or times[step.calls[0].name] > 1:
            continue
        messages = [*transcript.messages[: step.message], *transcript.messages[step.end :]]
        return Damage(messages, step.message, transcript.messages[step.message : step.end], None)
    return None


def error_as_success(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The result of the call is an error; the reply still says that it is done."""
    for step in shuffled(_claimed(transcript), rng):
        if _READS.search(step.calls[0].name):
            continue
        place = step.results[0]
        before, after = transcript.texts[place], _as_error(transcript.texts[place], rng.choice(_ERRORS))
        return Damage(with_text(transcript, place, after), step.end, before, after, step.calls[0].id)
    return None


def _claimed(transcript: Transcript) -> list[Step]:
    """Steps with one successful call, whose reply says that something is done."""
    return [
        step
        for step in transcript.steps
        if len(step.calls) == 1 and not _is_failure(transcript.texts[step.results[0]])
        for reply in [transcript.reply_after(step)]
        if reply is not None
        and _CLAIM.search(transcript.texts[reply])
        and not _NO_CLAIM.search(transcript.texts[reply])
    ]


def _is_failure(result: str) -> bool:
    """Careful: anything that could speak of an error counts, but for an empty field of that name."""
    return bool(_FAILED.search(re.sub(r'"(?:error|exception)s?": ?(?:null|""|\[\]|false)', "", result)))


def _as_error(result: str, problem: str) -> str:
    """An error as this tool would tell it: in its own field for errors, as JSON, or as text."""
    value = content_value(result)
    if not isinstance(value, dict):
        return f"Error: {problem}"
    field = next((name for name in ("exception", "error") if name in value), None)
    told: dict[str, Any] = {**dict.fromkeys(value), field: problem} if field else {"error": problem}
    return json_text(told)


def repeated_call(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The same call is made once more right after it was answered, with the same answer."""
    return _again(transcript, rng, 1)


def call_loop(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The same call is made four times more, with the same answer each time."""
    return _again(transcript, rng, 4)


def _again(transcript: Transcript, rng: random.Random, times: int) -> Damage | None:
    for step in shuffled(
        [s for s in transcript.steps if not any(_is_failure(transcript.texts[r]) for r in s.results)], rng
    ):
        following = next((other for other in transcript.steps if other.message == step.end), None)
        made = [(call.name, call.arguments) for call in step.calls]
        if following and [(call.name, call.arguments) for call in following.calls] == made:
            continue
        copies = [message for _ in range(times) for message in _copy(transcript, step, rng)]
        messages = [*transcript.messages[: step.end], *copies, *transcript.messages[step.end :]]
        return Damage(messages, step.end, None, copies, copies[0]["tool_calls"][0]["id"])
    return None


def _copy(transcript: Transcript, step: Step, rng: random.Random) -> list[Any]:
    """The messages of a step, with call ids of their own, of the same length."""
    ids = {
        call.id: "call_" + "".join(rng.choice(_SIGNS) for _ in range(max(8, len(call.id) - 5))) for call in step.calls
    }
    asking = transcript.messages[step.message]
    calls = [{**raw, "id": ids[raw["id"]]} for raw in asking["tool_calls"]]
    by_place = {call.result: ids[call.id] for call in step.calls}
    results = [{**transcript.messages[place], "tool_call_id": by_place[place]} for place in step.results]
    return [{**asking, "tool_calls": calls}, *results]


def needless_question(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The assistant asks for what the user has said, and the user says it again."""
    for step in shuffled([s for s in transcript.steps if transcript.role(s.message - 1) == "user"], rng):
        given = [
            (str(path[0]), value)
            for call in step.calls
            for path, value in leaves(call.arguments)
            if isinstance(value, str) and 3 <= len(squeeze(value)) <= 60
            if transcript.mentioned_before(step.message, value, "user")
        ]
        if given:
            name, value = rng.choice(given)
            question = f"Could you please tell me the {name.replace('_', ' ')}?"
            asked = [{"role": "assistant", "content": question}, {"role": "user", "content": f"It's {value}."}]
            messages = [*transcript.messages[: step.message], *asked, *transcript.messages[step.message :]]
            return Damage(messages, step.message, None, question)
    return None


def refusal(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A refusal stands in place of the reply that tells what the tool gave."""
    refusals = (
        "I'm sorry, but I can't assist with that request.",
        "I'm sorry, but as an AI language model I don't have access to personal accounts.",
        "I cannot help with that. Is there anything else?",
    )
    after_results = [reply for step in transcript.steps if (reply := transcript.reply_after(step)) is not None]
    replies = [reply for reply in after_results if not _NO_CLAIM.search(transcript.texts[reply])]
    for index in shuffled(replies, rng):
        return _instead(transcript, index, rng.choice(refusals))
    return None


def user_as_assistant(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The simulated user falls out of its part and speaks as the assistant."""
    lines = (
        "Hello! How can I assist you today?",
        "Sure, I can help you with that! Could you please provide me with your account details?",
        "You're welcome! I'm happy to help. Is there anything else I can do for you today?",
        "I have processed your request. Please let me know if you need further assistance.",
    )
    for index in shuffled(transcript.user_messages, rng):
        return _instead(transcript, index, rng.choice(lines))
    return None


def user_names_tool(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The user names the function to call, which a user cannot know."""
    for step in shuffled(transcript.steps, rng):
        asked = [place for place in transcript.user_messages if place < step.message]
        name = step.calls[0].name
        if asked and name and name not in transcript.texts[asked[-1]]:
            before = transcript.texts[asked[-1]]
            way = rng.choice(
                [f"Please call {name} for this.", f"Use the {name} function.", f"You should use `{name}`."]
            )
            after = f"{before} {way}"
            return Damage(with_text(transcript, asked[-1], after), asked[-1], before, after)
    return None


def _instead(transcript: Transcript, index: int, text: str) -> Damage | None:
    before = transcript.texts[index]
    return Damage(with_text(transcript, index, text), index, before, text) if squeeze(before) != squeeze(text) else None
