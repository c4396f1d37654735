"""Parts that a message's content can be a list of: texts, and what no text can say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from toolace_mt.types import Kept


def text_of(parts: Sequence[Any]) -> str:
    """The text of parts: what those that are no text say is left out."""
    return "".join([_text(part) or "" for part in parts])


def other_parts(kept: Kept | None) -> list[Any]:
    """The parts that are no text: images, sounds, files."""
    return [part for part in kept.content if _text(part) is None] if kept and isinstance(kept.content, list) else []


def kind_of_part(part: Any) -> str:
    """What a part says that it is."""
    kind = cast("dict[str, Any]", part).get("type") if isinstance(part, dict) else None
    return kind[:40] if isinstance(kind, str) else "unknown"


def _text(part: Any) -> str | None:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return None
    text = cast("dict[str, Any]", part).get("text", cast("dict[str, Any]", part).get("refusal"))
    return text if isinstance(text, str) else None
