"""The Brian2 network on targets that can be enumerated, and tests of a chain against its matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from brian2 import StateMonitor
from scipy import stats

import cortexnet as cn
from cortexnet.analysis.gibbs import HiddenCells, Observations, stationary
from cortexnet.devices import set_at_run_time
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.network import build, duration
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.state import State
from cortexnet.network import ModelNetwork

#: One synapse of the cells' network, and how many of each sign a connection has.
GRAIN, HALF = 0.01, 500
#: Bins of a datum, at most; and those after its onset, where nothing is fed back, that are left out.
LONGEST, SETTLING = 10_000, 200
#: Weight with which an input cell makes its relay fire, or not.
FORCE = 40.0


# -- cells at fixed weights ---------------------------------------------------------------------------------


def rounded(cells: HiddenCells) -> HiddenCells:
    """Return a network with weights that are multiples of `GRAIN`."""
    names = ("input_to_hidden", "hidden_to_hidden", "hidden_to_output")
    return replace(cells, **{name: GRAIN * np.rint(getattr(cells, name) / GRAIN) for name in names})


def hidden_states(
    cells: HiddenCells, conditional: str, fraction: float, bins: int, *, seed: int, device: str
) -> np.ndarray:
    """Let the Brian2 network sample at fixed weights, and return the numbers of its hidden states.

    Shape (presentations, bins): what was left out between presentations parts one row from the next.
    """
    per_datum = min(bins, LONGEST)
    n = cells.hidden_to_hidden.shape[0]
    parameters = Parameters(
        n_hidden=n,
        hidden_connections="all",
        synapses_per_connection=2 * HALF,
        amplitude=GRAIN,
        amplitude_recurrent=GRAIN,
        synapse_update_fraction=0.0,
        neuron_update_fraction=fraction,
        neuron_conditional=conditional,
        coding="binary",
        bins_per_datum=per_datum,
    )
    shown = Examples(cells.inputs[None], np.array([np.argmax(cells.outputs)]), len(cells.outputs), 1)
    shows = np.zeros(bins // per_datum, dtype=np.int64)
    schedule = replace(
        Schedule.training(shows), learning=np.zeros(len(shows), bool), recorded=np.ones(len(shows), bool)
    )
    with_bias = np.vstack((cells.input_to_hidden, np.zeros(n)))
    state = _fixed_weights(
        {
            "input_to_hidden": with_bias.ravel(),
            "hidden_to_output": cells.hidden_to_output.ravel(),
            "hidden_to_hidden": cells.hidden_to_hidden[~np.eye(n, dtype=bool)],
        }
    )
    with cn.device(device):
        network = build(parameters, shown, schedule, seed=seed, state=state)
        network.run(duration(parameters, schedule))
    spikes = network["hidden_spikes"]
    states = np.zeros(len(shows) * per_datum, dtype=np.int64)
    np.add.at(states, np.rint(spikes.t / parameters.time_bin).astype(int), 1 << np.asarray(spikes.i))
    return states.reshape(-1, per_datum)[:, min(SETTLING, per_datum // 10) :]


def _fixed_weights(weights: dict[str, np.ndarray]) -> State:
    values = {}
    for name, weight in weights.items():
        count = np.rint(weight / GRAIN).astype(int)
        values |= {f"{name}.n_plus": np.maximum(count, 0), f"{name}.n_minus": np.maximum(-count, 0)}
        values[f"{name}.weight"] = GRAIN * count
    return State(0, values)


# -- synapses of output cells -------------------------------------------------------------------------------


def synapse_states(
    observed: Observations,
    n_outputs: int,
    updates: int,
    *,
    seed: int,
    device: str,
    **constants: Any,
) -> dict[str, np.ndarray]:
    """Let the synapses of output cells sample given all data, and return them after every update.

    The input cells of the network project to hidden cells; here two hidden cells only relay two inputs. Each
    input is shown as itself and its opposite, one of which forces the relay. Labels are 0 or 1, so that
    output cell 1 has the outputs of the data, cell 0 their opposites, and all others are never on: their
    synapses are independent copies of one chain.

    Returns
    -------
    dict of str to ndarray
        Variable ("s", or "n_plus" and "n_minus") -> (updates, n_outputs, 3, synapses or 1); all off at first.
    """
    inputs = observed.inputs[:, :2]
    n_data = len(inputs)
    parameters = Parameters(
        n_hidden=2,
        gain=1.0,
        trace_rate=1.0,
        data_per_update=n_data,
        bins_per_datum=1,
        coding="binary",
        **constants,
    )
    images = np.stack((inputs[:, 0], 1 - inputs[:, 0], inputs[:, 1], 1 - inputs[:, 1]), axis=1)
    shown = Examples(images, observed.outputs.astype(np.int64), n_outputs, n_data)
    schedule = Schedule.training(np.tile(np.arange(n_data), updates))
    update_interval = n_data * parameters.time_bin
    with cn.device(device):
        network = build(parameters, shown, schedule, seed=seed, state=State(0, {}))
        _relay_inputs(network, parameters)
        variables = ("s",) if parameters.representation == "explicit" else ("n_plus", "n_minus")
        monitors = {
            name: StateMonitor(
                network[name], variables, record=True, dt=update_interval, when="start", order=-30
            )
            for name in ("hidden_to_output", "bias_to_output")
        }
        network.add(*monitors.values())
        network.run(duration(parameters, schedule))
    return {name: _by_output(monitors, name, n_outputs) for name in variables}


def _relay_inputs(network: ModelNetwork, parameters: Parameters) -> None:
    """Force hidden cell k to fire where image cell 2k does, and to be silent where 2k + 1 does."""
    relay = network["input_to_hidden"]
    for name, value in {"update_fraction": 0.0, "amplitude": FORCE}.items():
        set_at_run_time(relay, name, value)
    weight = np.zeros((5, 2))
    weight[[0, 2], [0, 1]], weight[[1, 3], [0, 1]] = 1, -1
    if parameters.representation == "collapsed":
        relay.n_plus, relay.n_minus = (weight.ravel() > 0).astype(int), (weight.ravel() < 0).astype(int)
        relay.weight = FORCE * weight.ravel()
    else:
        half = parameters.synapses_per_connection // 2
        state = np.zeros((5, 2, 2 * half), dtype=int)
        state[weight > 0, 0], state[weight < 0, half] = 1, 1
        relay.s = state.ravel()
        relay.size = np.tile(np.where(np.arange(2 * half) < half, FORCE, -FORCE), weight.size)


def _by_output(monitors: dict[str, StateMonitor], name: str, n_outputs: int) -> np.ndarray:
    """Arrange synapses by output cell and connection: first relay, second relay, bias."""
    relayed, bias = (np.asarray(getattr(monitor, name)).T[1:] for monitor in monitors.values())
    updates = len(relayed)
    joined = np.concatenate(
        (relayed.reshape(updates, 2, n_outputs, -1), bias.reshape(updates, 1, n_outputs, -1)), axis=1
    )
    return joined.transpose(0, 2, 1, 3)


# -- tests of chains ----------------------------------------------------------------------------------------


def transition_p_value(before: np.ndarray, after: np.ndarray, transition: np.ndarray) -> float:
    """Chi-square of the transitions seen; those of a state that are expected less than five times are one.

    Steps of a chain are independent given where they begin, so that autocorrelation needs no correction.
    """
    size = len(transition)
    seen = np.bincount(before * size + after, minlength=size**2).reshape(size, size)
    statistic, freedom = 0.0, 0
    for counts, row in zip(seen, transition, strict=True):
        expected = counts.sum() * row
        rare = expected < 5
        observed = np.append(counts[~rare], counts[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
        kept = expected > 0
        if kept.sum() > 1 and expected[kept].min() >= 1:
            statistic += float(((observed - expected)[kept] ** 2 / expected[kept]).sum())
            freedom += int(kept.sum()) - 1
    return float(stats.chi2.sf(statistic, freedom))


def covariance(transition: np.ndarray) -> np.ndarray:
    """Return the covariance of the shares of time spent in each state, times the number of steps.

    From the fundamental matrix of the chain (Kemeny & Snell 1960): the correction for autocorrelation.
    """
    law = stationary(transition)
    fundamental = np.linalg.inv(np.eye(len(law)) - transition + law)
    product = law[:, None] * fundamental
    return np.asarray(product + product.T - np.diag(law) - np.outer(law, law))


def law_p_value(shares: np.ndarray, steps: int, law: np.ndarray, transition: np.ndarray) -> float:
    """Chi-square of the shares of time against a law, with the covariance that the chain gives."""
    deviation = shares - law
    inverse = np.linalg.pinv(covariance(transition), rcond=1e-10, hermitian=True)
    return float(stats.chi2.sf(steps * deviation @ inverse @ deviation, len(law) - 1))


def sampling_error(transition: np.ndarray, steps: int, quantile: float) -> float:
    """Quantile of the total variation of the shares of time from the stationary law; 10^5 draws, seed 1."""
    draws = np.random.default_rng(1).multivariate_normal(
        np.zeros(len(transition)), covariance(transition) / steps, size=100_000, check_valid="ignore"
    )
    return float(np.quantile(np.abs(draws).sum(axis=1) / 2, quantile))
