"""The entailment model, with stand-ins for torch and transformers: neither is needed to build the project."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from toolace_mt.errors import InputError
from toolace_mt.metrics.entailment import Pair
from toolace_mt.runs.nli import load_nli


class Inputs(dict[str, Any]):
    def to(self, _: str) -> Inputs:
        return self


class Classifier:
    """Says label 2 where the hypothesis stands in the premise, else label 0."""

    def __init__(self, labels: dict[int, str]) -> None:
        self.config = SimpleNamespace(id2label=labels)
        self.largest = 0

    def eval(self) -> Classifier:
        return self

    def to(self, _: str) -> None: ...

    def __call__(self, pairs: list[tuple[str, str]]) -> Any:
        self.largest = max(self.largest, len(pairs))
        labels = [2 if hypothesis in premise else 0 for premise, hypothesis in pairs]
        return SimpleNamespace(logits=SimpleNamespace(argmax=lambda _: SimpleNamespace(tolist=lambda: labels)))


def tokenize(premises: list[str], hypotheses: list[str], **_: Any) -> Inputs:
    return Inputs(pairs=list(zip(premises, hypotheses, strict=True)))


@pytest.fixture
def classifier(monkeypatch: pytest.MonkeyPatch) -> Classifier:
    made = Classifier({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"})

    def load(name: str) -> Classifier:
        if name == "absent":
            raise OSError("absent is no folder\nand more")
        return made

    torch = SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: False), inference_mode=nullcontext)
    transformers = SimpleNamespace(
        AutoTokenizer=SimpleNamespace(from_pretrained=lambda _: tokenize),
        AutoModelForSequenceClassification=SimpleNamespace(from_pretrained=load),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "transformers", transformers)
    return made


def test_pairs_are_asked_in_batches(classifier: Classifier) -> None:
    pairs = [Pair("a red car", "car" if n % 3 else "bus") for n in range(50)]
    assert load_nli("some-model")(pairs) == [bool(n % 3) for n in range(50)]
    assert classifier.largest == 16
    assert load_nli("some-model")([]) == []


def test_a_model_that_cannot_be_loaded(classifier: Classifier) -> None:
    with pytest.raises(InputError, match=r"--nli absent: cannot be loaded \(absent is no folder\)"):
        load_nli("absent")


@pytest.mark.parametrize("labels", [{0: "LABEL_0", 1: "LABEL_1"}, {0: "not_entailment", 1: "neutral"}, {}])
def test_a_model_for_something_else(classifier: Classifier, labels: dict[int, str]) -> None:
    classifier.config.id2label = labels
    with pytest.raises(InputError, match="none of its labels is `entailment`"):
        load_nli("sentiment")


def test_a_model_of_two_labels(classifier: Classifier) -> None:
    classifier.config.id2label = {0: "not_entailment", 2: "entailment"}
    assert load_nli("two-labels")([Pair("a red car", "car")]) == [True]
