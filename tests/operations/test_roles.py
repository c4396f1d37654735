"""Every operation has a role, and every role a place in the configuration."""

from __future__ import annotations

from toolace_mt.config import ModelsConfig
from toolace_mt.operations.base import instructions
from toolace_mt.operations.roles import ROLES


def test_every_operation_has_a_role() -> None:
    assert set(instructions()) - {"preamble"} == set(ROLES)


def test_every_role_can_be_given_a_model() -> None:
    assert set(ROLES.values()) == set(ModelsConfig.model_fields) - {"prices"}


def test_roles_without_a_name_are_left_to_the_engines_model() -> None:
    models = ModelsConfig(judge="small")
    assert (models.of("judge"), models.of("fill"), models.of(None)) == ("small", None, None)
    assert models.by_role == {"judge": "small"}
