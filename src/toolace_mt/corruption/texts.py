"""Replies that broke while they were written: leaks, breaks, another language. Each function is a kind; see `kinds`."""

from __future__ import annotations

import random
import re

from toolace_mt.corruption.damage import Damage, shuffled, text_damage, with_text
from toolace_mt.corruption.replies import first_given, told_amounts, told_codes
from toolace_mt.corruption.transcript import Transcript, numbers_in
from toolace_mt.dialogue.turns import json_text

_LEAKS = (
    "<|im_end|>\n<|im_start|>assistant",
    "<|eot_id|>",
    "<|end|>",
    "</s>",
    " [/INST]",
    "</tool_call>",
    "<|endoftext|>",
)
_THOUGHTS = ("Okay, the user wants an answer to this. Let me see what I have and tell it briefly.", "Okay, let me see.")
_FOR_A_CODE = ("[Order ID]", "[insert number here]", "<your_id>", "{{reference}}", "[Your Confirmation Number]")
_FOR_AN_AMOUNT = ("[amount]", "[insert amount]", "{{amount}}", "XX.XX")
_OTHER_LANGUAGES = (
    "好的，我已经为您处理了这个请求。请问还有什么可以帮助您的吗？",
    "かしこまりました。ご依頼の内容を確認いたしました。ほかにご用件はございますか。",
    "Ваш запрос обработан. Могу ли я ещё чем-нибудь помочь?",
    "تمت معالجة طلبك. هل يمكنني مساعدتك في شيء آخر؟",
    "요청하신 내용을 처리했습니다. 더 도와드릴 일이 있을까요?",
)
_EUROPEAN = (
    "Su solicitud ya ha sido procesada. ¿Hay algo más en lo que pueda ayudarle hoy?",
    "Ihre Anfrage wurde bearbeitet. Kann ich sonst noch etwas für Sie tun?",
    "Votre demande a bien été traitée. Puis-je vous aider pour autre chose ?",
)
_ENGLISH = "I have taken care of your request. Is there anything else that I can help you with today?"
_ENGLISH_WORDS = re.compile(r"\b(?:the|you|is|and|for|your|to)\b", re.IGNORECASE)


def switched_language(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply is in a language that nobody in the dialogue speaks."""
    replies = [index for index in transcript.replies if len(transcript.texts[index]) >= 20]
    for index in shuffled(replies, rng):
        before = transcript.texts[index]
        after = rng.choice(_foreign_to(before))
        return Damage(with_text(transcript, index, after), index, before, after)
    return None


def _foreign_to(text: str) -> tuple[str, ...]:
    """Texts in languages that `text` is not in; told by its signs, and by the small words of English."""
    letters = [sign for sign in text if sign.isalpha()]
    if sum(sign.isascii() for sign in letters) < 0.6 * len(letters):
        return (_ENGLISH,)
    return _OTHER_LANGUAGES + _EUROPEAN if len(_ENGLISH_WORDS.findall(text)) >= 2 else _OTHER_LANGUAGES


def truncated_reply(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply breaks off within a word."""
    for index in shuffled([index for index in transcript.replies if len(transcript.texts[index]) >= 60], rng):
        before = transcript.texts[index]
        half = len(before) // 2
        ends = [i for i in range(half, len(before) - 10) if before[i - 2 : i + 2].isalpha()]
        if ends:
            after = before[: rng.choice(ends)]
            return Damage(with_text(transcript, index, after), index, before, after)
    return None


def repeated_phrase(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply is caught in a loop and says its last words again and again."""
    for index in shuffled([index for index in transcript.replies if len(transcript.texts[index]) >= 40], rng):
        before = transcript.texts[index]
        words = before.split()[-rng.randint(3, 6) :]
        after = before + (" " + " ".join(words)) * rng.randint(5, 9)
        return Damage(with_text(transcript, index, after), index, before, after)
    return None


def leaked_template(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A special token of the chat template stands in a reply."""
    for index in shuffled(transcript.replies, rng):
        before, leak = transcript.texts[index], rng.choice(_LEAKS)
        return Damage(with_text(transcript, index, before + leak), index, before, before + leak)
    return None


def leaked_reasoning(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The reasoning stands before the reply: the template had opened its tag, so the server did not know it as such."""
    for index in shuffled(transcript.replies, rng):
        before = transcript.texts[index]
        thought = rng.choice(_THOUGHTS)
        after = f"{thought}\n</think>\n\n{before}"
        return Damage(with_text(transcript, index, after), index, before, after)
    return None


def call_as_text(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A call is written in the text of the message, so it was never made: the server did not parse it."""
    for step in shuffled([step for step in transcript.steps if len(step.calls) == 1], rng):
        call = step.calls[0]
        text = "<tool_call>\n" + json_text({"name": call.name, "arguments": call.arguments}) + "\n</tool_call>"
        asking = transcript.messages[step.message]
        message = {key: value for key, value in asking.items() if key != "tool_calls"} | {"content": text}
        messages = [*transcript.messages[: step.message], message, *transcript.messages[step.end :]]
        return Damage(messages, step.message, transcript.messages[step.message : step.end], text, call.id)
    return None


def placeholder_in_reply(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A placeholder stands where a reply should tell a value of the result."""
    given = first_given(transcript, numbers_in)
    for index in shuffled(transcript.replies, rng):
        text = transcript.texts[index]
        values = [(code, _FOR_A_CODE) for code in told_codes(transcript, index, text)]
        values += [(amount, _FOR_AN_AMOUNT) for amount in told_amounts(given, index, text)]
        if values:
            before, placeholders = rng.choice(values)
            return text_damage(transcript, index, before, rng.choice(placeholders))
    return None
