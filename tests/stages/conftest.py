from __future__ import annotations

from tests.stages.kiosk import dialogue, scope

__all__ = ["dialogue", "scope"]
