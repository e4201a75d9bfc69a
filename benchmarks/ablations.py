"""What the strong and the weak synapses are for: each ablation and the intact network, three times each.

``python -m benchmarks.ablations`` writes ``tables/ablations.csv`` and ``figures/ablations.png``. The run of
a row: ``cortexnet run spontaneous_activity --preset NAME --duration 5s --seed SEED``, for the long kick with
``--set kick_duration=1000*ms``. It fades ten times as slowly as the usual one: a state that exists is then
reached even where the usual kick ends too soon for it.
"""

from __future__ import annotations

import pandas as pd
from brian2 import Quantity, ms, second

from benchmarks.runs import FIGURES, keep, recorded
from cortexnet.analysis.figure_style import CENTIMETRE, NEUTRAL, colour_of, publication_style
from cortexnet.models.spontaneous_activity.presets import PRESETS, preset
from cortexnet.recording import Recording

Key = tuple[str, int, int]  # preset, seed, milliseconds of the kick

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
KICKS = (100 * ms, 1000 * ms)
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


def run_of(name: str, seed: int, kick: Quantity) -> Recording:
    """Return the run of one preset, network and kick."""
    parameters = preset(name).replace(kick_duration=kick)
    return recorded(f"{name}_kick{kick / ms:.0f}ms_seed{seed}", parameters, seed=seed, duration=DURATION)


def row(key: Key, recording: Recording) -> dict[str, object]:
    """Tabulate one run."""
    name, seed, kick_ms = key
    numbers = {quantity: recording.summary[quantity] for quantity in QUANTITIES}
    return {
        "preset": name,
        "seed": seed,
        "kick_ms": kick_ms,
        "epsp_scale": preset(name).epsp_scale,
        "outcome": outcome(recording),
    } | numbers


def draw(recordings: dict[Key, Recording]) -> None:
    """Draw the excitatory population rate over time: a panel a preset, a line a run."""
    from matplotlib.figure import Figure

    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 16 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(4, 2, sharex=True, sharey=True).ravel()
        for (name, seed, kick_ms), recording in recordings.items():
            panel = panels[NAMES.index(name)]
            rates = recording.rates
            rate = rates[rates["population"] == "excitatory"].reset_index(drop=True)
            smooth = rate.groupby(rate.index // 5).agg({"time_s": "first", "rate_hz": "mean"})
            colour = NEUTRAL if kick_ms > KICKS[0] / ms else colour_of("excitatory")
            label = f"kick of {kick_ms} ms" if seed == SEEDS[0] else None
            panel.plot(smooth["time_s"], smooth["rate_hz"], lw=0.8, color=colour, alpha=0.7, label=label)
        for panel, name in zip(panels, NAMES, strict=False):
            outcomes = {outcome(recordings[key]) for key in recordings if key[0] == name}
            panel.set(title=f"{name}: {', '.join(sorted(outcomes))}", ylim=(0, 600))
            panel.set_yscale("symlog", linthresh=0.3)
        panels[0].legend(loc="upper right")
        panels[-3].tick_params(labelbottom=True)
        panels[-1].set_axis_off()
        panels[-1].text(
            0, 0.5, "Excitatory population rate in bins of 50 ms;\nthree networks a kick.", va="center"
        )
        figure.supxlabel("Time (s)", fontsize=8)
        figure.supylabel("Excitatory rate (Hz)", fontsize=8)
        figure.savefig(FIGURES / "ablations.png")


def main() -> None:
    """Simulate what is missing, then write table and figure."""
    assert set(NAMES) <= set(PRESETS)
    recordings = {
        (name, seed, round(kick / ms)): run_of(name, seed, kick)
        for name in NAMES
        for kick in KICKS
        for seed in SEEDS
    }
    keep(pd.DataFrame([row(key, recording) for key, recording in recordings.items()]), "ablations")
    draw(recordings)


if __name__ == "__main__":
    main()
