"""A model of natural language inference from transformers, as what the entailment ratio asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from toolace_mt.errors import InputError
from toolace_mt.metrics.entailment import Entails, Pair

_BATCH = 16


def load_nli(model: str) -> Entails:
    """The classifier in the folder `model`, or of that name on the Hugging Face hub; on a GPU where there is one.

    A pair is entailed where the label that says so is the most probable one; what is too long for the model is cut off.
    Raises InputError where transformers or torch is not installed, the model cannot be loaded, or has no such label.
    """
    try:
        torch: Any = import_module("torch")
        transformers: Any = import_module("transformers")
    except ImportError as missing:
        raise InputError(f"--nli needs more packages ({missing.name}): pip install 'toolace-mt[nli]'") from None
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(model)
        classifier = transformers.AutoModelForSequenceClassification.from_pretrained(model).eval()
    except Exception as error:  # of many kinds, and none of them ours
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"--nli {model}: cannot be loaded ({reason}); name a folder or a model for NLI") from None
    wanted = entailment_label(model, classifier.config.id2label)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    classifier.to(device)

    def entails(pairs: Sequence[Pair]) -> list[bool]:
        found: list[bool] = []
        for first in range(0, len(pairs), _BATCH):
            batch = pairs[first : first + _BATCH]
            texts = ([pair.premise for pair in batch], [pair.hypothesis for pair in batch])
            inputs = tokenizer(*texts, padding=True, truncation=True, return_tensors="pt").to(device)
            with torch.inference_mode():
                found += [label == wanted for label in classifier(**inputs).logits.argmax(-1).tolist()]
        return found

    return entails


def entailment_label(model: str, labels: Mapping[int, str]) -> int:
    """The number of the label that says entailment. Raises InputError where no label does, or several."""
    found = [number for number, name in labels.items() if name.lower() in ("entailment", "entail", "entails")]
    if len(found) != 1:
        raise InputError(
            f"--nli {model}: none of its labels is `entailment` (they are {', '.join(map(str, labels.values()))});"
            " name a model for NLI"
        )
    return int(found[0])
