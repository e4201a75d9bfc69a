"""Theory against simulation at other parameters, where activity is slower and faster than published.

``python -m benchmarks.off_published`` writes the tables ``off_published``, ``off_published_cells`` and
``off_published_spectra``, and ``figures/off_published.png``. A set is three networks of 10 s, the published
one the ensemble of ``benchmarks.ensemble``. The run of a row is ``cortexnet run spontaneous_activity --set
... --seed SEED``, its prediction ``cortexnet predict --set ...``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from brian2 import second

from benchmarks.off_published_figure import draw
from benchmarks.runs import TABLES, keep, recorded
from cortexnet.analysis.meanfield.heterogeneous import Heterogeneous
from cortexnet.analysis.meanfield.population_density import PopulationDensity
from cortexnet.analysis.meanfield.sampled_theory import SampledTheory
from cortexnet.analysis.meanfield.stability import nullcline_slope
from cortexnet.analysis.meanfield.strong_sparse_corrected import StrongSparseCorrected
from cortexnet.analysis.meanfield.theory import MeanFieldTheory
from cortexnet.analysis.population_spectrum import population_spectrum
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.recording import Recording

#: What is changed of the published parameters.
SETS: Mapping[str, Mapping[str, str]] = {
    "published": {},
    "no failure": {"release_failure_epsp": "0*mV"},
    "fewer failures": {"release_failure_epsp": "0.05*mV"},
    "reset -65 mV": {"reset_potential": "-65*mV"},
    "reset -58 mV": {"reset_potential": "-58*mV"},
    "I to E 0.00165": {"conductance_inhibitory_to_excitatory": "0.00165/ms"},
    "I to E 0.0018": {"conductance_inhibitory_to_excitatory": "0.0018/ms"},
    "I to E 0.0022": {"conductance_inhibitory_to_excitatory": "0.0022/ms"},
    "I to I 0.003": {"conductance_inhibitory_to_inhibitory": "0.003/ms"},
    "wider EPSPs": {"epsp_log_sd": "1.05"},
    "wider EPSPs, I to E 0.0024": {
        "epsp_log_sd": "1.05",
        "conductance_inhibitory_to_excitatory": "0.0024/ms",
    },
}
SEEDS = (1, 2, 3)
INDEPENDENT = "heterogeneous, independent"
DURATION = 10 * second
#: Sets whose spectra are shown.
WITH_SPECTRA = ("published", "I to I 0.003")
HIGHEST_HZ = 400.0

RATES = ("rate_excitatory_hz", "rate_inhibitory_hz")
#: What only a theory of many different cells predicts.
CELLS = (
    "log10_rate_sd_excitatory",
    "cv_isi_excitatory",
    "cv_isi_inhibitory",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
    "membrane_potential_mean_inhibitory_mv",
    "membrane_potential_sd_inhibitory_mv",
)


def theories(parameters: Parameters) -> dict[str, MeanFieldTheory]:
    """Return the theories that are compared; of independent cells only one step is made."""
    return {
        "strong_sparse_corrected": StrongSparseCorrected.of(parameters),
        "population_density": PopulationDensity.of(parameters),
        INDEPENDENT: Heterogeneous.of(parameters, common_fluctuations=False),
        "heterogeneous": Heterogeneous.of(parameters),
    }


def simulated(name: str, changes: Mapping[str, str]) -> pd.DataFrame:
    """Return the summaries of the networks that lived, one a row."""
    if not changes:
        ensemble = pd.read_csv(TABLES / "ensemble.csv")
        return ensemble[ensemble["survived"]]
    runs = [run_of(changes, seed) for seed in SEEDS]
    return pd.DataFrame([run.summary for run in runs if run.summary["survived"]])


def one_step(theory: MeanFieldTheory, rates: tuple[float, float]) -> tuple[float, float]:
    """Return the output rates (Hz) at the simulated rates."""
    if isinstance(theory, SampledTheory):
        output = theory.evaluate(*rates)
        return output.excitatory, output.inhibitory
    return (
        float(theory.excitatory_rate(*rates)),
        float(theory.inhibitory_rate(*rates)),
    )


def rate_rows(
    name: str, method: str, theory: MeanFieldTheory, networks: pd.DataFrame
) -> list[dict[str, Any]]:
    """Compare both rates: one step at the simulated rates, the amplifier, and the state itself."""
    rates = [float(networks[quantity].median()) for quantity in RATES]
    states = [] if method == INDEPENDENT else theory.states()
    low = next((state for state in states if state.branch == "low" and state.stable), None)
    stepped = one_step(theory, (rates[0], rates[1]))
    state = (np.nan, np.nan) if low is None else (low.rate_excitatory, low.rate_inhibitory)
    errors = (np.nan, np.nan) if low is None else (low.rate_excitatory_error, low.rate_inhibitory_error)
    slope = np.nan if low is None else nullcline_slope(theory, *state)
    return [
        {
            "set": name,
            "method": method,
            "rate": quantity,
            "networks": len(networks),
            "simulated_hz": rates[k],
            "simulated_error_hz": networks[quantity].sem(),
            "one_step_hz": stepped[k],
            "one_step_error_percent": 100 * (stepped[k] / rates[k] - 1),
            "nullcline_slope": slope,
            "state_hz": state[k],
            "state_sampling_error_hz": errors[k],
            "state_error_percent": 100 * (state[k] / rates[k] - 1),
        }
        for k, quantity in enumerate(RATES)
    ]


def cell_rows(name: str, theory: Heterogeneous, networks: pd.DataFrame) -> list[dict[str, Any]]:
    """Compare what cells do in the low state: spread of rates, irregularity, membrane potentials."""
    low = next((state for state in theory.states() if state.branch == "low" and state.stable), None)
    if low is None:
        return []
    description = theory.describe(low.rate_excitatory, low.rate_inhibitory)
    return [
        {
            "set": name,
            "quantity": quantity,
            "simulated": networks[quantity].median(),
            "simulated_error": networks[quantity].sem(),
            "predicted": description.numbers[quantity],
            "predicted_error": description.errors[quantity],
        }
        for quantity in CELLS
    ]


def spectrum_rows(name: str, changes: Mapping[str, str], theory: Heterogeneous) -> pd.DataFrame:
    """Put the spectra of the population rates side by side: the mean of the networks, and the prediction."""
    low = next(state for state in theory.states() if state.branch == "low" and state.stable)
    shared = theory.describe(low.rate_excitatory, low.rate_inhibitory).shared
    si = Parameters.from_text(changes).as_si()
    predicted = pd.DataFrame(shared.spectrum)[["frequency_hz", "excitatory", "inhibitory"]]
    # In units of what independent Poisson cells would give, as those of the simulation are.
    predicted["excitatory"] *= si["n_excitatory"] * low.rate_excitatory
    predicted["inhibitory"] *= si["n_inhibitory"] * low.rate_inhibitory
    each = pd.concat([population_spectrum(run_of(changes, seed)) for seed in SEEDS])
    measured = each.groupby("frequency_hz", as_index=False)[["excitatory", "inhibitory"]].mean()
    return pd.concat(
        [
            table[table["frequency_hz"] <= HIGHEST_HZ].assign(set=name, source=source)
            for source, table in (("simulated", measured), ("predicted", predicted))
        ]
    )


def run_of(changes: Mapping[str, str], seed: int) -> Recording:
    """Return the run of one network."""
    return recorded(
        f"off_{_file_name(changes)}_seed{seed}",
        Parameters.from_text(changes),
        seed=seed,
        duration=DURATION,
    )


def _file_name(changes: Mapping[str, str]) -> str:
    text = "_".join(f"{name}_{value}" for name, value in changes.items()) or "nothing"
    return text.translate(str.maketrans({"*": "", "/": "_per_"}))


def main() -> None:
    """Simulate and predict what is missing, then write tables and figure."""
    rates: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    spectra: list[pd.DataFrame] = []
    for name, changes in SETS.items():
        networks = simulated(name, changes)
        for method, theory in theories(Parameters.from_text(changes)).items():
            rates += rate_rows(name, method, theory, networks)
        assert isinstance(theory, Heterogeneous)
        cells += cell_rows(name, theory, networks)
        if name in WITH_SPECTRA:
            spectra.append(spectrum_rows(name, changes, theory))
    keep(pd.DataFrame(rates), "off_published")
    keep(pd.DataFrame(cells), "off_published_cells")
    keep(pd.concat(spectra), "off_published_spectra")
    draw(pd.DataFrame(rates), pd.concat(spectra))


if __name__ == "__main__":
    main()
