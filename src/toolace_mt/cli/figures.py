"""The figures of a dataset as a table on the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from toolace_mt.cli.render import clean
from toolace_mt.metrics.distribution import Distribution
from toolace_mt.metrics.duplicate_groups import Grouped
from toolace_mt.metrics.equal_size import EqualSize
from toolace_mt.metrics.figures import Figures

_MOST = 12
_NAME = 60


def table_of(figures: Figures) -> Table:
    """One line for each figure; what there is none of is not shown."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for title, said in {**_shape(figures), **_language(figures), **_making(figures)}.items():
        if said:
            table.add_row(title, Text(clean(said)))
    return table


def _shape(figures: Figures) -> dict[str, str]:
    spread = {name: _spread(each) for name, each in figures.distributions.items()}
    simulated = f", {figures.simulated_errors:.0%} of them simulated" if figures.error_results else ""
    unstated = f" ({figures.unstated_links:.0%} of them one that no user message says)" if figures.linked_steps else ""
    return {
        "dialogues": f"{figures.dialogues:,}" + (f"; unreadable: {figures.unreadable:,}" if figures.unreadable else ""),
        "user turns": f"{figures.user_turns:.2f} per dialogue{spread['user_turns']}",
        "messages": _mean(figures.distributions["messages"], "per dialogue"),
        "calls": f"{figures.calls_per_user_turn:.2f} per user turn{spread['calls_per_user_turn']}",
        "steps": f"{figures.steps:,} turns that call; {figures.parallel_steps:.1%} with parallel calls",
        "steps per sub-task": _mean(figures.distributions["steps_per_subtask"]),
        "linked steps": f"{figures.linked_steps:.1%} use a value that an earlier result gave{unstated}",
        "linked sub-tasks": f"{figures.linked_subtasks:.1%} use one that an earlier sub-task gave"
        if figures.linked_subtasks is not None
        else "",
        "errors": f"{figures.error_results:.1%} of the results{simulated}",
        "tools offered": _mean(figures.distributions["tools_offered"], "per dialogue"),
        "tools called": _mean(figures.distributions["tools_called"], "per dialogue")
        + f"; {figures.tools_used:,} different tools",
        "most called": _counts(figures.tools),
        "domains": _shares(figures.domains),
    }


def _language(figures: Figures) -> dict[str, str]:
    entailment = figures.entailment
    duplicates = figures.duplicates
    return {
        "entropy": f"{figures.entropy_bits:.2f} bits over {figures.tokens:,} tokens, {figures.vocabulary:,} different",
        "distinct-3": f"{figures.distinct_3:.3f}",
        "at equal size": _at_equal_size(figures.equal_size),
        "users alone": _at_equal_size(figures.equal_size_users),
        "near-duplicates": _grouped(duplicates.as_said) if duplicates else "",
        "… without values": _grouped(duplicates.without_values) if duplicates else "",
        "entailment": f"{entailment.ratio:.1%} of {entailment.pairs:,} pairs of messages"
        if entailment and entailment.ratio is not None
        else "",
    }


def _making(figures: Figures) -> dict[str, str]:
    edits = {
        name: f"{counts.accepted:,} of {counts.proposed:,} accepted"
        + (f" ({counts.unchanged:,} unchanged)" if counts.unchanged else "")
        for name, counts in figures.edits.items()
    }
    return {
        "attempts": _counts(figures.attempts),
        "rejected for": _counts(figures.rejections),
        "injected": _counts(figures.injections),
        "… of these kinds": _counts(figures.injections_by_sub_kind),
        "fitted nowhere": _counts(figures.injections_unfit),
        "edits": "; ".join(f"{name}: {said}" for name, said in edits.items()),
        "passes": _mean(figures.distributions["passes"], "per dialogue"),
        "repaired": f"{figures.repaired:.1%} of the dialogues" if figures.repaired else "",
        "skeletons": _counts(figures.skeletons),
    }


def _mean(distribution: Distribution, unit: str = "") -> str:
    return "" if distribution.mean is None else f"{distribution.mean:.2f} {unit}".rstrip() + _spread(distribution)


def _spread(each: Distribution) -> str:
    if not each.n:
        return ""
    return f" (median {each.quantile(50)}; 5 % to 95 %: {each.quantile(5)} to {each.quantile(95)}; most: {each.quantile(100)})"


def _at_equal_size(found: EqualSize | None) -> str:
    if found is None:
        return ""
    entropy = f"entropy {found.entropy_bits:.2f} ± {found.entropy_sd:.2f} bits"
    distinct = f"distinct-3 {found.distinct_3:.3f} ± {found.distinct_3_sd:.3f}"
    return f"{entropy}, {distinct} ({found.samples} samples of {found.size:,} tokens)"


def _grouped(found: Grouped) -> str:
    if not found.dialogues:
        return "none"
    closest = found.links[0]
    groups = (
        "1 group"
        if len(found.groups) == 1
        else f"{len(found.groups):,} groups, the largest of {len(found.groups[0]):,}"
    )
    names = f"{closest.first[:_NAME]} and {closest.second[:_NAME]} ({closest.similarity:.2f})"
    return f"{found.dialogues:,} dialogues ({found.share:.1%}) in {groups}; the closest: {names}"


def _counts(counts: Mapping[str, int]) -> str:
    return _listed([f"{name[:_NAME]}: {count:,}" for name, count in counts.items()])


def _shares(shares: Mapping[str, float]) -> str:
    return _listed([f"{name[:_NAME]}: {share:.1%}" for name, share in shares.items()])


def _listed(shown: list[str]) -> str:
    return ", ".join([*shown[:_MOST], f"and {len(shown) - _MOST:,} more"] if len(shown) > _MOST else shown)
