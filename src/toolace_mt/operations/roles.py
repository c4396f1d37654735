"""Which role of `models` in the configuration each operation belongs to: a model can be named for each role."""

from __future__ import annotations

ROLES: dict[str, str] = {
    "task_initialization": "task",
    "plan_initialization": "task",
    "trajectory_initialization": "trajectory",
    "subtrajectory_initialization": "trajectory",
    "verbalization": "words",
    "verbalization_request": "words",
    "verbalization_reply": "words",
    "inject_clarification": "inject",
    "inject_tool_awareness": "inject",
    "inject_error_simulation": "inject",
    "inject_non_function_calling": "inject",
    "mask_fill": "fill",
    "judge": "judge",
    "repair": "repair",
    "verify_coherence": "experts",
    "verify_faithfulness": "experts",
    "verify_completion": "experts",
    "verify_roles": "experts",
    "verify_naturalness": "experts",
    "agent_user": "user",
    "agent_assistant": "assistant",
    "agent_tool": "tool",
}
"""Operation to role. An operation that is not here is asked of `engine.model`."""
