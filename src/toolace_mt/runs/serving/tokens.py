"""Token counts of real texts: OpenAI's o200k where its package is installed, else four characters a token."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from toolace_mt.engines.base import Message

_BLOCK = 16
_CHARACTERS_PER_TOKEN = 4

try:
    from rs_bpe.bpe import openai as _openai  # pyright: ignore[reportMissingTypeStubs, reportMissingModuleSource]
except ImportError:
    _openai = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as a prefix cache sees it: its tokens, and for each full block of 16 a digest of all text up to its end."""

    tokens: int
    blocks: Sequence[int]

    BLOCK = _BLOCK


class TokenCounter:
    """Splits texts into tokens. name: "o200k_base", or "characters/4" where that is not installed."""

    def __init__(self, *, exact: bool = True) -> None:
        """exact: use o200k where it is installed."""
        self._encode: Callable[[str], Sequence[Hashable]] = _quarters
        self.name = "characters/4"
        if exact and _openai is not None:
            self._encode = _openai.o200k_base().encode
            self.name = "o200k_base"

    def split(self, text: str) -> Sequence[Hashable]:
        """The tokens of `text`: equal ones are equal tokens."""
        return self._encode(text)

    def count(self, text: str) -> int:
        """How many tokens `text` has."""
        return len(self._encode(text))

    def prompt(self, messages: Sequence[Message], schema: str = "") -> Prompt:
        """A chat as it is put before a model. schema: stands before all messages, as OpenAI's structured outputs put it."""
        tokens = [*(self.split(schema) if schema else ()), *self.split(chat_text(messages))]
        return Prompt(len(tokens), _digests(tokens))


def chat_text(messages: Sequence[Message]) -> str:
    """Messages in the usual template of a chat."""
    return "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in messages)


def _quarters(text: str) -> list[str]:
    return [text[i : i + _CHARACTERS_PER_TOKEN] for i in range(0, len(text), _CHARACTERS_PER_TOKEN)]


def _digests(tokens: Sequence[Hashable]) -> array[int]:
    digests = array("q")
    digest = 0
    for start in range(0, len(tokens) - _BLOCK + 1, _BLOCK):
        digest = hash((digest, *tokens[start : start + _BLOCK]))
        digests.append(digest)
    return digests
