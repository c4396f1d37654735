"""OpenAI's chat-completions wire form as pure functions: request -> body, body -> completion, failure -> error.

Written by hand rather than through an SDK because its typed layer costs milliseconds per call. What servers really send
(content that is null or a list of parts, no usage, HTML, broken UTF-8) ends in a `Completion` or a `ProviderError`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from toolace_mt.engines.base import Completion, Message, Request
from toolace_mt.engines.dialect import Dialect
from toolace_mt.errors import ProviderError
from toolace_mt.types import Usage

_SCHEMA_IN_WORDS = "Answer with one JSON value that satisfies this JSON Schema: no explanation, no code fence.\n"
_LONGEST_QUOTE = 500
_STREAMED = ("data:", "event:", "id:", "retry:", ": ")
_TOKENS_AROUND = 100_000  # of chat templates, schemas, and what gateways put in front of a prompt
_MOST_WRITTEN = 2_000_000  # tokens of an answer, hidden thinking included
_UNPARSED = re.compile(r"model produced output that does not match|json_validate_failed")
_KEY_IS_WRONG = re.compile(  # not just "api_key", which may be a parameter of a tool in a refused schema
    r"\b(invalid|incorrect|missing|expired|no|provide|pass)\b[^.'\"]{0,20} api[ -]?key\b"
    r"|\bapi[ -]?key\b[^.'\"]{0,30}\b(not valid|not found|not provided|invalid|incorrect|missing|expired|required)"
    r"|authentication[ _]?(failed|error|required)|invalid authentication|unauthenticated|unauthorized",
    re.IGNORECASE,
)
_NOT_IN_A_SCHEMA_NAME = re.compile(r"[^A-Za-z0-9_-]")


def encode_request(request: Request, dialect: Dialect) -> bytes:
    """The JSON body of a POST to `/chat/completions`.

    Raises ProviderError (refused) where the request holds text that is no valid Unicode, or a number beyond 64 bits.
    """
    messages = request.messages
    if dialect.structure != "json_schema":
        messages = _with_schema_in_words(messages, request)
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [{"role": m.role, "content": m.content} for m in messages],
    }
    if dialect.structure == "json_schema":
        name = schema_name(request.operation)
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": name, "strict": False, "schema": request.schema},
        }
    elif dialect.structure == "json_object":
        body["response_format"] = {"type": "json_object"}
    if dialect.length_field and request.max_tokens is not None:
        body[dialect.length_field] = request.max_tokens
    # Servers disagree about the width of a seed; 31 bits fit all of them.
    optional = {"seed": request.seed & 0x7FFFFFFF, "temperature": request.temperature, "top_p": request.top_p}
    body.update({k: v for k, v in optional.items() if v is not None and k not in dialect.omitted})
    body.update(request.extra)
    try:
        return orjson.dumps(body)
    except TypeError as error:
        raise ProviderError(f"the request cannot be written as JSON: {error}", kind="refused") from None


def schema_name(operation: str) -> str:
    """The operation's name in the characters that OpenAI allows there."""
    return _NOT_IN_A_SCHEMA_NAME.sub("_", operation)[:64] or "answer"


def _with_schema_in_words(messages: tuple[Message, ...], request: Request) -> tuple[Message, ...]:
    words = _SCHEMA_IN_WORDS + orjson.dumps(request.schema).decode()
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].role == "user":
            asked = Message("user", f"{messages[index].content}\n\n{words}")
            return (*messages[:index], asked, *messages[index + 1 :])
    return (*messages, Message("user", words))


def decode_completion(body: bytes, request: Request) -> Completion:
    """The completion in the body of a 200 answer.

    Raises ProviderError: protocol where it is none, or the error that some gateways wrap in a 200.
    """
    answer = _parse(body)
    if not isinstance(answer, dict):
        raise ProviderError(_no_completion(body), kind="protocol", status=200)
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise _error_inside(answer)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ProviderError("the answer's first choice has no message", kind="protocol", status=200)
    text, refusal = _content(message)
    return Completion(
        text=text,
        finish_reason=_string(choice.get("finish_reason")) or "stop",
        refusal=refusal,
        model=_string(answer.get("model")),
        usage=_usage(answer.get("usage"), request, text),
    )


def _no_completion(body: bytes) -> str:
    text = _text_of(body).strip()
    if not text:
        return "the answer is empty"
    if text.startswith(_STREAMED):
        return "it streams its answer (server-sent events), which nobody asked for; one plain JSON answer is needed"
    return f"the answer is no chat completion: {_quote(text)}"


def _parse(body: bytes) -> Any:
    """The JSON value in `body`, leniently: broken UTF-8, lone surrogates and raw control characters are let through."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(_text_of(body), strict=False)
    except (ValueError, RecursionError):
        return None


def _text_of(body: bytes) -> str:
    return body.decode("utf-8", "replace").lstrip("\ufeff")


def _content(message: dict[str, Any]) -> tuple[str, str]:
    """The text and the refusal of a message; the reasoning beside them is not part of the answer."""
    content, refusal = message.get("content"), _string(message.get("refusal"))
    if not isinstance(content, list):
        return _string(content), refusal
    parts = [part if isinstance(part, dict) else {"text": part} for part in content]
    text = "".join(_string(part.get("text")) for part in parts if part.get("type", "text") in ("text", "output_text"))
    return text, refusal or "".join(_string(part.get("refusal")) for part in parts)


def _string(value: Any) -> str:
    """`value` where it is a string, with lone surrogates replaced (they cannot be stored); else the empty string."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _usage(reported: Any, request: Request, text: str) -> Usage:
    """Tokens as the server counts them; where it does not, or cannot mean it, a quarter of the characters.

    A budget is reckoned by them, so one broken number must not use it up: none is taken that is negative, that is 0 for
    some text, or that no text so long can have.
    """
    counts: dict[str, Any] = reported if isinstance(reported, dict) else {}
    asked = sum(len(m.content) for m in request.messages)
    prompt = _count(counts.get("prompt_tokens"), least=min(asked, 1), most=4 * asked + _TOKENS_AROUND)
    completion = _count(counts.get("completion_tokens"), least=min(len(text), 1), most=_MOST_WRITTEN)
    if prompt is None:
        prompt = asked // 4
    details = counts.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else counts.get("prompt_cache_hit_tokens")
    return Usage(
        calls=1,
        prompt_tokens=prompt,
        cached_prompt_tokens=min(_count(cached, least=0, most=prompt) or 0, prompt),
        completion_tokens=len(text) // 4 if completion is None else completion,
    )


def _count(value: Any, *, least: int, most: int) -> int | None:
    """`value` where it is a number between `least` and `most`."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and least <= value <= most else None


def decode_unparsed(body: bytes, request: Request) -> Completion | None:
    """The completion behind an error that only says that the server itself could not parse what the model wrote.

    llama.cpp does that with HTTP 500 and Groq with 400. The same seed would fail again, so it is an unusable answer, to be
    asked again, and no failure of the server. None for any other error.
    """
    if not _UNPARSED.search(server_message(body)):
        return None
    answer = _parse(body)
    error = answer.get("error") if isinstance(answer, dict) else None
    text = _string(error.get("failed_generation")) if isinstance(error, dict) else ""
    return Completion(text=text, finish_reason="error", model=request.model, usage=_usage(None, request, text))


def decode_failure(status: int, headers: Mapping[str, str], body: bytes, *, now: float) -> ProviderError:
    """The error that an answer other than 200 stands for.

    now: Unix time in seconds, for a `Retry-After` that is a date.
    """
    text = server_message(body)
    if 300 <= status < 400:
        text = f"it redirects to {headers.get('Location', 'nowhere')}; {text}".strip("; ")
    message = f"HTTP {status}: {text}" if text else f"HTTP {status}"
    return ProviderError(message, kind=_kind(status, text), status=status, retry_after=retry_after(headers, now=now))


def _error_inside(answer: dict[str, Any]) -> ProviderError:
    """The error of a 200 answer without choices: OpenRouter and others put the real status into `error.code`."""
    error = answer.get("error")
    if error is None:
        return ProviderError("the answer has no choices", kind="protocol", status=200)
    code = error.get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    text = server_message(orjson.dumps({"error": error}))
    return ProviderError(f"HTTP 200 with an error inside: {text}", kind=_kind(status, text), status=status)


def _kind(status: int, text: str) -> str:
    lowered = text.lower()
    if status == 402 or (status == 429 and "insufficient_quota" in lowered):
        return "authentication"  # waiting does not fill an account
    if status == 403 and re.search(r"moderation|flagged|content.?policy", lowered):
        return "refused"
    if status in (401, 403) or (status == 400 and _KEY_IS_WRONG.search(text)):
        return "authentication"
    if status == 429:
        return "rate-limit"
    if status == 408:
        return "timeout"
    if status in (502, 503, 504) or status >= 520:
        return "overloaded"
    if status in (409, 425) or (status >= 500 and status != 501):
        return "server"
    return "refused"


def server_message(body: bytes) -> str:
    """What an error body says, in one line of at most 500 characters, whichever of the known shapes it has."""
    value = _parse(body)
    if value is None:
        return _quote(_plain(_text_of(body)))
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        error = value.get("error")
        found = error or value.get("message") or value.get("detail") or value.get("msg") or value
        if isinstance(found, dict) and isinstance(found.get("message"), str):
            notes = [f"{k}: {_string(found.get(k))}" for k in ("param", "code") if _string(found.get(k))]
            found = _string(found["message"]) + (f" ({', '.join(notes)})" if notes else "")
        value = found
    return _quote(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def _plain(text: str) -> str:
    """HTML as readable text: the title of an error page says most."""
    if "<" not in text:
        return text
    title = re.search(r"<title[^>]*>([^<]*)", text, re.IGNORECASE)
    return f"an HTML page, {title[1].strip()!r}" if title else re.sub(r"<[^>]*>", " ", text)


def _quote(text: str) -> str:
    line = " ".join(_string(text).split())
    line = "".join(c if c.isprintable() else "\ufffd" for c in line)
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "..."


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds that the server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date.

    None where it says nothing that can be understood.
    """
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            seconds = float(milliseconds) / 1000
        elif (value := headers.get("Retry-After")) is None:
            return None
        else:
            seconds = _seconds_until(value, now)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _seconds_until(value: str, now: float) -> float:
    try:
        return float(value)
    except ValueError:
        return parsedate_to_datetime(value).timestamp() - now
