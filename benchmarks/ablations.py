"""What the strong and the weak synapses are for: each ablation and the intact network, three times each.

``python -m benchmarks.ablations`` writes ``tables/ablations.csv`` and ``figures/ablations.png``. The run of
a row: ``cortexnet run spontaneous_activity --preset NAME --duration 5s --seed SEED``.
"""

from __future__ import annotations

import pandas as pd
from brian2 import second

from benchmarks.runs import FIGURES, keep, recorded
from cortexnet.analysis.figure_style import CENTIMETRE, colour_of, publication_style
from cortexnet.models.spontaneous_activity.presets import PRESETS, preset
from cortexnet.recording import Recording

NAMES = (
    "published",
    "strong_removed",
    "strong_removed_rescaled",
    "weak_removed",
    "weak_removed_rescaled",
    "weakest_removed",
    "gaussian_epsps",
)
SEEDS = (1, 2, 3)
DURATION = 5 * second

#: Ten times the published rate is no low-rate state any more.
RUNAWAY_HZ = 16.0
QUANTITIES = (
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "cv_isi_excitatory",
    "membrane_potential_mean_excitatory_mv",
    "lifetime_s",
)


def outcome(recording: Recording) -> str:
    """In one word: dies, runs away or lives."""
    if not recording.summary["survived"]:
        return "dies"
    return "runs away" if recording.summary["rate_excitatory_hz"] > RUNAWAY_HZ else "lives"


def row(name: str, seed: int, recording: Recording) -> dict[str, object]:
    """One run of one preset."""
    numbers = {quantity: recording.summary[quantity] for quantity in QUANTITIES}
    return {
        "preset": name,
        "seed": seed,
        "epsp_scale": preset(name).epsp_scale,
        "outcome": outcome(recording),
    } | numbers


def draw(recordings: dict[tuple[str, int], Recording]) -> None:
    """Excitatory population rate over time: a panel a preset, a line a network."""
    from matplotlib.figure import Figure

    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 16 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(4, 2, sharex=True, sharey=True).ravel()
        for panel, name in zip(panels, NAMES, strict=False):
            for seed in SEEDS:
                rates = recordings[name, seed].rates
                rate = rates[rates["population"] == "excitatory"].reset_index(drop=True)
                smooth = rate.groupby(rate.index // 5).agg({"time_s": "first", "rate_hz": "mean"})
                panel.plot(
                    smooth["time_s"], smooth["rate_hz"], lw=0.8, color=colour_of("excitatory"), alpha=0.7
                )
            panel.set_title(f"{name}: {', '.join(outcome(recordings[name, seed]) for seed in SEEDS)}")
            panel.set_yscale("symlog", linthresh=0.3)
            panel.set_ylim(0, 600)
        panels[-3].tick_params(labelbottom=True)
        panels[-1].set_axis_off()
        panels[-1].text(
            0,
            0.5,
            "Excitatory population rate in bins of 50 ms;\neach line is one of three networks.",
            va="center",
        )
        figure.supxlabel("Time (s)", fontsize=8)
        figure.supylabel("Excitatory rate (Hz)", fontsize=8)
        figure.savefig(FIGURES / "ablations.png")


def main() -> None:
    """Simulate what is missing, then write table and figure."""
    assert set(NAMES) <= set(PRESETS)
    recordings = {
        (name, seed): recorded(f"{name}_5s_seed{seed}", preset(name), seed=seed, duration=DURATION)
        for name in NAMES
        for seed in SEEDS
    }
    keep(pd.DataFrame([row(*key, recording) for key, recording in recordings.items()]), "ablations")
    draw(recordings)


if __name__ == "__main__":
    main()
