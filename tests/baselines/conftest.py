from __future__ import annotations

from tests.stages.kiosk import scope

__all__ = ["scope"]
