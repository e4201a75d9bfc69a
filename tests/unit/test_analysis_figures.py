"""What the figure of a comparison shows, and that it can be read."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Sequence
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from cortexnet.analysis.comparison import compare_predictions
from cortexnet.analysis.figure_style import COLOURS, LINE_STYLES, publication_style
from cortexnet.analysis.figures import comparison_figure, draw_rate_distributions
from cortexnet.analysis.summary import summary_table

pytestmark = pytest.mark.filterwarnings("error")

SIZES = {"excitatory": 1000, "inhibitory": 200}
PUBLISHED = {"rate_excitatory_hz": 1.6, "rate_inhibitory_hz": 14.0}


def recording(*, rates: dict[str, float], potentials: bool = True) -> SimpleNamespace:
    rng = np.random.default_rng(1)
    spikes, voltages = [], []
    for population, size in SIZES.items():
        n = rng.poisson(rates.get(population, 0.0) * 3 * size)
        columns = {"neuron": rng.integers(0, size, n), "time_s": rng.uniform(0, 3, n)}
        spikes.append(pd.DataFrame({"population": population} | columns))
        columns = {"neuron": 0, "time_s": np.arange(0, 3, 0.005), "voltage_mv": rng.normal(-61, 3, 600)}
        voltages.append(pd.DataFrame({"population": population} | columns))
    return SimpleNamespace(
        spikes=pd.concat(spikes).sort_values("time_s", ignore_index=True),
        voltages=pd.concat(voltages, ignore_index=True) if potentials else None,
        sizes=SIZES,
        duration_s=3.0,
        warmup_s=1.0,
    )


def prediction(
    method: str, branch: str, rate: float, *, ratio: float = 8.0, stable: bool = True, valid: bool = True
) -> dict:
    rates = {"rate_excitatory_hz": rate, "rate_inhibitory_hz": ratio * rate}
    return {"method": method, "branch": branch, "stable": stable, "valid": valid} | rates


PREDICTIONS = [
    prediction("siegert", "silent", 0.0),
    prediction("siegert", "unstable", 0.009, stable=False),
    prediction("siegert", "high", 970.0, ratio=1.02),
    prediction("strong_sparse", "silent", 0.0, valid=False),
    prediction("strong_sparse", "low", 2.4, valid=False),
    prediction("strong_sparse_corrected", "low", 1.5),
    prediction("population_density", "silent", 0.0),
    prediction("heterogeneous", "low", 1.7),
]
ALIVE = recording(rates={"excitatory": 1.7, "inhibitory": 14.0})
SILENT = recording(rates={}, potentials=False)


def drawn(run: SimpleNamespace, predictions: Sequence[dict] = tuple(PREDICTIONS)) -> Figure:
    voltage = np.linspace(-75, -50, 100)
    density = {p: (voltage, np.exp(-((voltage + 60) ** 2) / 18) / 7.5) for p in SIZES}
    densities = {"strong_sparse": density, "strong_sparse_corrected": density} if run is ALIVE else {}
    comparison = compare_predictions(summary_table(run), predictions, PUBLISHED)
    with publication_style():
        figure = comparison_figure(run, comparison, densities)
        figure.draw_without_rendering()
    return figure


@pytest.fixture(scope="module")
def alive() -> Figure:
    return drawn(ALIVE)


@pytest.fixture(scope="module")
def silent() -> Figure:
    return drawn(SILENT)


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_visible() and text.get_text()]


def test_axes_have_units_and_panels_letters(alive: Figure) -> None:
    labels = [ax.get_xlabel().split("\n")[0] for ax in alive.axes]
    assert labels == ["Time (s)", "Firing rate (Hz)", "Membrane potential (mV)", "Firing rate (Hz)"]
    assert [ax.get_title(loc="left")[:8] for ax in alive.axes] == [rf"$\bf{{{letter}}}$" for letter in "ABCD"]


@pytest.mark.parametrize(
    ("run", "predictions"),
    [(ALIVE, PREDICTIONS), (SILENT, PREDICTIONS), (ALIVE, []), (SILENT, [])],
    ids=["alive", "silent", "without theories", "silent without theories"],
)
def test_nothing_overlaps_and_letters_are_large_enough(run: SimpleNamespace, predictions: list[dict]) -> None:
    with publication_style():
        figure = drawn(run, predictions)
        boxes = [ax.get_tightbbox() for ax in figure.axes]
        ticks = [
            [label.get_window_extent() for label in axis.get_ticklabels(which="both") if label.get_text()]
            for ax in figure.axes
            for axis in (ax.xaxis, ax.yaxis)
        ]
        rates = figure.axes[3]
        numbers = [text.get_window_extent() for text in [*rates.texts, *rates.get_yticklabels()]]
        sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert not any(a.overlaps(b) for labels in ticks for a, b in itertools.pairwise(labels))
    assert not any(a.overlaps(b) for a, b in itertools.combinations(numbers, 2))
    assert min(box.x0 for box in boxes) >= 0
    assert min(box.y0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= figure.bbox.x1
    assert max(box.y1 for box in boxes) <= figure.bbox.y1
    assert figure.get_figwidth() * 2.54 == pytest.approx(18)
    assert min(sizes) >= 7


def test_legends_lie_above_the_data(alive: Figure) -> None:
    for ax in alive.axes[1:3]:
        lowest = ax.transData.inverted().transform(ax.get_legend().get_window_extent())[0, 1]
        assert lowest > ax.dataLim.ymax


def test_raster_shows_every_spike_of_its_cells_in_the_last_second(alive: Figure) -> None:
    for line, size, rate in zip(alive.axes[0].lines, (20, 4), (1.7, 14.0), strict=True):
        times, rows = line.get_data()
        assert ((times >= 2) & (times < 3)).all()
        assert len(np.unique(rows)) <= size
        assert abs(times.size - rate * size) < 4 * np.sqrt(rate * size)  # Poisson counts, seed 1


def test_histograms_have_unit_area(alive: Figure) -> None:
    for stairs in alive.axes[1].patches:
        values, edges, _ = stairs.get_data()
        assert (values * np.diff(np.log10(edges))).sum() == pytest.approx(1)
    for stairs in alive.axes[2].patches:
        values, edges, _ = stairs.get_data()
        assert (values * np.diff(edges)).sum() == pytest.approx(1)


def test_no_bin_of_rates_is_narrow(alive: Figure) -> None:
    """None below half of a tenth of a decade but those of one count: in it few cells would be a peak."""
    for stairs in alive.axes[1].patches:
        edges = stairs.get_data().edges * 2  # counts in 2 s
        assert ((np.diff(np.log10(edges)) > 0.05) | (np.abs(np.diff(edges) - 1) < 1e-9)).all()


def test_every_source_has_a_row_and_those_without_a_low_state_say_so(alive: Figure) -> None:
    rows = [label.get_text() for label in alive.axes[3].get_yticklabels()]
    assert rows == [
        "Paper",
        "Simulation",
        "Siegert\n(no stable low rate)",
        "Strong sparse*",
        "Strong sparse corrected",
        "Population density\n(no stable low rate)",
        "Heterogeneous",
    ]
    texts = words(alive)
    assert {"1.6", "14", "970", "989", "2.4"} <= set(texts)
    assert "0.009" not in texts  # unstable
    assert alive.axes[3].get_xlim()[0] > 0.1
    assert "outside the theory's range of validity" in alive.axes[3].get_xlabel()


def test_states_at_high_rates_are_open(alive: Figure) -> None:
    faces = {
        float(line.get_xdata()[0]): to_rgb(line.get_markerfacecolor())
        for line in alive.axes[3].lines
        if line.get_marker() in ("o", "s") and len(line.get_xdata())
    }
    assert faces[970.0] == faces[970.0 * 1.02] == (1, 1, 1)
    assert faces[1.6] == to_rgb(COLOURS["excitatory"])
    assert faces[14.0] == to_rgb(COLOURS["inhibitory"])


def test_a_silent_run_says_no_spikes(silent: Figure) -> None:
    assert words(silent).count("no spikes") == 2
    assert "no samples" in words(silent)
    assert "Simulation\n(no spikes)" in words(silent)


def test_a_silent_population_and_a_resting_one_are_drawn() -> None:
    run = recording(rates={"inhibitory": 5.0})
    run.voltages["voltage_mv"] = -70.0
    assert words(drawn(run)).count("no spikes") == 0


def test_cells_of_equal_rate_are_drawn_without_a_fit() -> None:
    run = recording(rates={})
    run.spikes = pd.DataFrame({"population": "excitatory", "neuron": [0, 1], "time_s": [1.5, 2.95]})
    with publication_style():
        ax = Figure().add_subplot()
        draw_rate_distributions(ax, run)
    assert len(ax.patches) == 1


def test_the_style_ends_with_its_block() -> None:
    before = dict(mpl.rcParams)
    with publication_style():
        assert mpl.rcParams["font.size"] == 8
        assert not mpl.rcParams["axes.spines.top"]
    assert dict(mpl.rcParams) == before


def test_theories_differ_by_colour_and_line() -> None:
    assert len(set(COLOURS.values())) == len(COLOURS)
    assert len({str(style) for style in LINE_STYLES.values()}) == len(LINE_STYLES)
    assert set(LINE_STYLES) <= set(COLOURS)


def test_importing_figures_imports_no_plotting() -> None:
    code = "import sys, cortexnet.analysis.figures; assert not {'matplotlib', 'seaborn'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
