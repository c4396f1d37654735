"""Recorded calls on a real inference engine: a model of a real shape with random weights, on one GPU.

    toolace-mt bench --count 40 --trace calls.jsonl
    python -m toolace_mt.bench.gpu_replay calls.jsonl

Prompts are made-up tokens that share their beginnings as the real texts did; answers have the recorded lengths, whatever
the model writes. vLLM answers where it is installed, else the continuous batching of transformers, prefix caches on.
Reported are, by method, seconds of the GPU and seconds per accepted dialogue; loading and a first call that warms the engine
up are not in them. `--minutes` are for all methods, what loading takes included: when a method's share is up, it begins no
further dialogue, and ends those under way.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import click

from toolace_mt.bench.outputs import check_out, write_out
from toolace_mt.bench.replay import Schedule, TracedMethod, dump, read_trace, token_ids
from toolace_mt.errors import InputError, ToolaceError

SHAPES: Mapping[str, Mapping[str, int]] = {
    # The published config.json of Llama-3.1-8B.
    "llama-3.1-8b": {
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
        "max_position_embeddings": 131072,
    },
    "tiny": {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 1024,
        "max_position_embeddings": 65536,
    },
}
_POLL_S = 0.5
_WARM_UP = -1
"""The number of the call that nobody times; those of a trace begin at 0."""
_WARM_UP_PROMPT, _WARM_UP_OUTPUT = 256, 8
_CACHE_BLOCK = 32
"""Tokens of a block of the prefix cache of transformers: near vLLM's 16, since only whole blocks are shared."""


class ReplayEngine(Protocol):
    """What answers the calls of a replay."""

    name: str

    def submit(self, number: int, ids: list[int], output_tokens: int) -> None:
        """Begin to answer a call."""
        ...

    def answered(self) -> list[int]:
        """Calls that were answered since it was last asked; waits a moment where there are none."""
        ...

    def close(self) -> None:
        """End what works for it."""
        ...


@dataclass
class Replayed:
    """What a method took. dialogues: those finished; seconds: of the GPU, which did nothing else."""

    dialogues: int
    accepted: int
    calls: int
    seconds: float

    @property
    def seconds_per_accepted(self) -> float | None:
        """Seconds of the GPU by accepted dialogue; None where none was."""
        return self.seconds / self.accepted if self.accepted else None


def replay(method: TracedMethod, engine: ReplayEngine, vocabulary: int, at_once: int, limit_s: float) -> Replayed:
    """Do the calls of `method` again, `at_once` dialogues at a time."""
    ids = token_ids(method, vocabulary)
    schedule = Schedule(method.calls, at_once)
    begun = time.perf_counter()
    under_way = 0
    calls = 0
    ready = schedule.begin()
    while ready or under_way:
        for call in ready:
            engine.submit(call.number, ids[call.number], max(1, call.output_tokens))
        under_way += len(ready)
        ready = []
        for number in engine.answered():
            under_way -= 1
            calls += 1
            if time.perf_counter() - begun > limit_s:
                schedule.stop_beginning()
            ready += schedule.done(number)
    finished = schedule.finished
    return Replayed(len(finished), len(finished & method.accepted), calls, time.perf_counter() - begun)


def warm_up(engine: ReplayEngine, vocabulary: int) -> None:
    """Have a first call answered, which pays for what an engine does once: kernels, graphs, the memory of its cache."""
    engine.submit(_WARM_UP, [number % vocabulary for number in range(_WARM_UP_PROMPT)], _WARM_UP_OUTPUT)
    while _WARM_UP not in engine.answered():
        pass


class _Vllm:
    """vLLM with weights that are not loaded but drawn."""

    name = "vllm"

    def __init__(self, vllm: Any, shape: Mapping[str, int], folder: str, longest: int) -> None:
        config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16", **shape}
        (Path(folder) / "config.json").write_text(dump(config))
        self._sampling = vllm.SamplingParams
        self._engine = vllm.LLM(
            model=folder,
            load_format="dummy",
            skip_tokenizer_init=True,
            enable_prefix_caching=True,
            max_model_len=longest,
        ).llm_engine

    def submit(self, number: int, ids: list[int], output_tokens: int) -> None:
        sampling = self._sampling(
            max_tokens=output_tokens, min_tokens=output_tokens, ignore_eos=True, detokenize=False, temperature=1.0
        )
        self._engine.add_request(str(number), {"prompt_token_ids": ids}, sampling)

    def answered(self) -> list[int]:
        return [int(output.request_id) for output in self._engine.step() if output.finished]

    def close(self) -> None:
        """End the process that holds the GPU, where there is one; older versions hold it in this one."""
        core = getattr(self._engine, "engine_core", None)
        if core is not None and hasattr(core, "shutdown"):
            core.shutdown()
        del self._engine


class _Transformers:
    """The continuous batching of transformers; its manager works in a thread of its own."""

    name = "transformers"

    def __init__(self, model: Any, generation: Any, batching: Any) -> None:
        self._manager = model.init_continuous_batching(
            generation_config=generation, continuous_batching_config=batching
        )
        self._manager.start()

    def submit(self, number: int, ids: list[int], output_tokens: int) -> None:
        self._manager.add_request(input_ids=ids, request_id=str(number), max_new_tokens=output_tokens, eos_token_id=-1)

    def answered(self) -> list[int]:
        result = self._manager.get_result(timeout=_POLL_S)
        if result is None:
            if not self._manager.is_running():
                raise InputError("the engine stopped; its own message above says why")
            return []
        if getattr(result, "error", None):
            raise InputError(f"the engine failed on call {result.request_id}: {result.error}")
        return [int(result.request_id)] if result.is_finished() else []

    def close(self) -> None:
        """End its thread."""
        self._manager.stop(block=True)


@contextmanager
def open_engine(shape: str, device: str, longest: int) -> Generator[ReplayEngine]:
    """The engine that is installed here. Raises InputError where there is none, or no GPU."""
    torch = _import("torch")
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no GPU here; --shape tiny --device cpu tries the replay without one")
    vllm = _found("vllm") if device == "cuda" else None
    with tempfile.TemporaryDirectory() as folder:
        engine = _Vllm(vllm, SHAPES[shape], folder, longest) if vllm else _open_transformers(torch, shape, device)
        try:
            yield engine
        finally:
            engine.close()


def _measure(
    method: TracedMethod, shape: str, device: str, longest: int, at_once: int, share_s: float
) -> tuple[Replayed, str]:
    """What `method` took on an engine of its own, so that none finds what another left in the cache; and its name."""
    begun = time.perf_counter()
    vocabulary = SHAPES[shape]["vocab_size"]
    with open_engine(shape, device, longest) as engine:
        warm_up(engine, vocabulary)
        left_s = share_s - (time.perf_counter() - begun)
        return replay(method, engine, vocabulary, at_once, left_s), engine.name


def _free(device: str) -> None:
    """Give back the memory of the engine before, which fills the GPU, before the next one is opened."""
    gc.collect()
    if device == "cuda":
        _import("torch").cuda.empty_cache()


def _open_transformers(torch: Any, shape: str, device: str) -> _Transformers:
    transformers = _import("transformers")
    kernel = "flash_attention_2" if device == "cuda" and _found("flash_attn") is not None else "sdpa"
    config = transformers.LlamaConfig(**SHAPES[shape], eos_token_id=None, bos_token_id=None)
    with torch.device(device):
        model = transformers.AutoModelForCausalLM.from_config(
            config, dtype=torch.bfloat16 if device == "cuda" else torch.float32, attn_implementation=kernel
        )
    generation = transformers.GenerationConfig(max_new_tokens=1, do_sample=False, eos_token_id=-1, pad_token_id=0)
    # On a CPU the cache would take most of the memory.
    limits: dict[str, int] = {"num_blocks": 4096, "max_batch_tokens": 2048} if device == "cpu" else {}
    batching = transformers.generation.ContinuousBatchingConfig
    block = "page_size" if "page_size" in vars(batching).get("__dataclass_fields__", {}) else "block_size"
    return _Transformers(model.eval(), generation, batching(**{block: _CACHE_BLOCK}, **limits))


def _import(name: str) -> Any:
    module = _found(name)
    if module is None:
        raise InputError(f"the replay needs {name}: pip install torch transformers (or vllm)")
    return module


def _found(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


@click.command("gpu_replay")
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--shape", type=click.Choice(list(SHAPES)), default="llama-3.1-8b", show_default=True)
@click.option("--device", type=click.Choice(["cuda", "cpu"]), default="cuda", show_default=True)
@click.option("--dialogues", type=click.IntRange(1), default=64, show_default=True, help="Of each method, at most.")
@click.option("--at-once", type=click.IntRange(1), default=32, show_default=True, help="Dialogues at one time.")
@click.option("--minutes", type=click.FloatRange(0.01), default=8.0, show_default=True, help="For all methods.")
@click.option("--json", "out", type=click.Path(path_type=Path), default=None, metavar="OUT")
def command(
    trace: Path, shape: str, device: str, dialogues: int, at_once: int, minutes: float, out: Path | None
) -> None:
    """Replay the calls of a bench trace on a real inference engine."""
    methods = [method.first(dialogues) for method in read_trace(trace)]
    check_out("--json", out)
    longest = max(call.prompt_tokens + call.output_tokens for method in methods for call in method.calls)
    longest = max(longest, _WARM_UP_PROMPT + _WARM_UP_OUTPUT) + 1
    figures: dict[str, Any] = {}
    ends = time.perf_counter() + minutes * 60
    for place, method in enumerate(methods):
        share_s = (ends - time.perf_counter()) / (len(methods) - place)
        done, name = _measure(method, shape, device, longest, at_once, share_s)
        _free(device)
        figures[method.name] = {**vars(done), "seconds_per_accepted": done.seconds_per_accepted}
        click.echo(f"{method.name}: {done} on {name}")
    report = dump({"shape": shape, "device": device, "at_once": at_once, "methods": figures}) + "\n"
    try:
        write_out("--json", out, report.encode())
    finally:  # shown even where it cannot be written
        click.echo(report, nl=False)


if __name__ == "__main__":
    try:
        command(standalone_mode=True)
    except ToolaceError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
