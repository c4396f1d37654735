"""Names as Python identifiers, and back, for forms that write calls as Python does."""

from __future__ import annotations

import keyword
import re

_ESCAPE = re.compile(r"_x([0-9a-f]{1,6})_")
_ODD = re.compile(r"[^A-Za-z0-9_]|_(?=x[0-9a-f]+[^A-Za-z0-9])")


def python_name(name: str) -> str:
    """`name` as a Python identifier; different names stay different."""
    if name.isidentifier() and not keyword.iskeyword(name) and not _ESCAPE.search(name):
        return name
    escaped = _ODD.sub(lambda sign: f"_x{ord(sign.group()):x}_", name)
    if not escaped.isidentifier() or keyword.iskeyword(escaped):
        escaped = f"_x{ord(name[0]):x}_{escaped[1:]}" if name else "_x_"
    return escaped


def original_name(name: str) -> str:
    """What `python_name` was given; any other name as it is."""
    if "_x" not in name:
        return name
    original = _ESCAPE.sub(_sign, name)
    return original if python_name(original) == name else name


def _sign(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return chr(code) if code < 0x110000 else escape[0]
