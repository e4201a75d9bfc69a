"""Copies of cells do what their originals do, unless told otherwise, and the network does not notice them."""

from __future__ import annotations

import numpy as np
import pytest
from brian2 import Network, ms, mV

import cortexnet as cn
from cortexnet.analysis.recordings import Window
from cortexnet.models.spontaneous_activity import Parameters, build
from cortexnet.models.spontaneous_activity.copies import Copies, ObservedCopies, Variant
from cortexnet.models.spontaneous_activity.links import excitatory_links, strongest_links
from cortexnet.network import ModelNetwork

ORIGINALS = 30
VARIANTS = (Variant(), Variant(current_mv_per_ms=0.5), Variant(smallest_epsp_mv=1.0))
SMALL = Parameters(
    n_excitatory=200,
    n_inhibitory=40,
    connection_probability_excitatory=0.2,
    delay_half_width=0.7 * ms,
    kick_rate=0 / ms,
)
SEED, DURATION = 7, 80 * ms


def drive(network: ModelNetwork) -> None:
    """Let all cells fire that are not copied: the others get nothing but what comes over synapses."""
    network["inhibitory"].run_regularly("v += 12*mV*(rand() < 0.02)", dt=1 * ms)
    network["excitatory"].run_regularly(f"v += 25*mV*(i >= {ORIGINALS})*(rand() < 0.02)", dt=1 * ms)


def simulate(copies: Copies | None, parameters: Parameters = SMALL) -> ModelNetwork:
    with cn.device("runtime", progress=False):
        network = build(parameters, seed=SEED)
        if parameters is SMALL:
            drive(network)
        if copies is not None:
            copies.add_to(network)
        network.run(DURATION)
    return network


@pytest.fixture(scope="module")
def copies() -> Copies:
    return Copies(ORIGINALS, VARIANTS)


@pytest.fixture(scope="module")
def network(copies: Copies) -> ModelNetwork:
    return simulate(copies)


@pytest.fixture(scope="module")
def observed(copies: Copies, network: ModelNetwork) -> ObservedCopies:
    return copies.observed(network, Window(0.0, float(DURATION)))


def spikes(neuron: np.ndarray, time_s: np.ndarray) -> list[tuple[int, int]]:
    return sorted(zip(neuron.tolist(), np.rint(time_s / 1e-4).astype(int).tolist(), strict=True))


def test_a_copy_fires_when_its_original_does(network: ModelNetwork, observed: ObservedCopies) -> None:
    monitor = network["excitatory_spikes"]
    of_originals = np.asarray(monitor.i) < ORIGINALS
    expected = spikes(np.asarray(monitor.i)[of_originals], np.asarray(monitor.t)[of_originals])
    trains = observed.of_variant(0).trains
    assert spikes(trains.neuron, trains.time_s) == expected
    assert 20 < len(expected) < 600


def test_a_copy_has_the_potential_of_its_original(network: ModelNetwork) -> None:
    monitor = network["excitatory_voltage"]
    original = np.asarray(monitor.v)[:ORIGINALS, ::2]  # every 10 ms
    copy = np.asarray(network["copies_voltage"].v)[:: len(VARIANTS)]
    assert copy == pytest.approx(original, abs=1e-9)
    assert original.std() > 1e-3


def test_a_copy_that_is_changed_differs(observed: ObservedCopies) -> None:
    as_it_is, depolarised, without_weak = (observed.of_variant(k) for k in range(len(VARIANTS)))
    assert (depolarised.mean_mv > as_it_is.mean_mv).mean() > 0.9
    assert (without_weak.mean_mv < as_it_is.mean_mv).mean() > 0.9


def test_the_network_does_not_notice() -> None:
    """The same network, with copies and without, from the kick on: the same spikes."""
    kicked = Parameters(n_excitatory=100, n_inhibitory=30, kick_duration=300 * ms)
    alone, watched = simulate(None, kicked), simulate(Copies(20, VARIANTS), kicked)
    for monitor in ("excitatory_spikes", "inhibitory_spikes"):
        trains = [spikes(np.asarray(n[monitor].i), np.asarray(n[monitor].t)) for n in (alone, watched)]
        assert trains[0] == trains[1]
        assert trains[0]


def test_synapses_of_copies_are_those_of_their_originals(network: ModelNetwork) -> None:
    for source in ("excitatory", "inhibitory"):
        original, copied = network[f"{source}_to_excitatory"], network[f"{source}_to_copies"]
        for variant in range(len(VARIANTS)):
            of_variant = np.asarray(copied.j) % len(VARIANTS) == variant
            of_originals = np.asarray(original.j) < ORIGINALS
            table = [
                np.column_stack([np.asarray(s.i), cell, np.rint(np.asarray(s.delay) / 1e-4)])[chosen]
                for s, cell, chosen in (
                    (original, np.asarray(original.j), of_originals),
                    (copied, np.asarray(copied.j) // len(VARIANTS), of_variant),
                )
            ]
            order = [np.lexsort((rows[:, 1], rows[:, 0])) for rows in table]
            assert np.array_equal(table[0][order[0]], table[1][order[1]])
            if source == "excitatory":
                strength = [
                    np.asarray(original.conductance)[of_originals][order[0]],
                    np.asarray(copied.conductance)[of_variant][order[1]],
                ]
                kept = strength[1] > 0
                assert np.array_equal(strength[0][kept], strength[1][kept])
                assert kept.all() == (variant != 2)


def test_a_current_moves_a_cell_without_synapses_by_itself_times_the_time_constant() -> None:
    alone = SMALL.replace(
        epsp_removed_below=19.99 * mV, conductance_inhibitory_to_excitatory=0 / ms, kick_duration=0 * ms
    )
    copies = Copies(5, (Variant(current_mv_per_ms=-0.5), Variant(current_mv_per_ms=0.25)))
    observed = copies.observed(simulate(copies, alone), Window(0.0, float(DURATION)))
    assert observed.of_variant(0).mean_mv == pytest.approx(np.full(5, -80.0))
    assert observed.of_variant(1).mean_mv == pytest.approx(np.full(5, -65.0))


@pytest.mark.parametrize(("at_least", "n_targets"), [(0, None), (0, 40), (3, None), (3, 40), (3, 200)])
def test_links_are_the_synapses_of_the_network(
    network: Network, at_least: float, n_targets: int | None
) -> None:
    synapses = network["excitatory_to_excitatory"]
    links = excitatory_links(SMALL, SEED, at_least=at_least * mV, n_targets=n_targets)
    weakest = excitatory_links(SMALL, SEED)["epsp_mv"] >= at_least
    chosen = weakest.to_numpy() & (np.asarray(synapses.j) < (n_targets or np.inf))
    assert np.array_equal(links["source"], np.asarray(synapses.i)[chosen])
    assert np.array_equal(links["target"], np.asarray(synapses.j)[chosen])
    assert links["delay_s"].to_numpy() == pytest.approx(np.asarray(synapses.delay)[chosen])
    conductance = np.asarray(synapses.conductance)[chosen]
    order = np.argsort(links["epsp_mv"].to_numpy())
    assert np.all(np.diff(conductance[order]) >= 0)
    failure = np.asarray(synapses.failure_probability)[chosen]
    assert links["epsp_mv"].to_numpy() == pytest.approx(0.1 * (1 - failure) / failure, rel=1e-3, abs=0.01)
    assert 0 < len(links) < chosen.size or (at_least, n_targets) == (0, None)


def test_the_strongest_links_are_ranked() -> None:
    links = excitatory_links(SMALL, SEED, n_targets=10)
    strongest = strongest_links(links, 3)
    assert strongest.groupby("target")["rank"].apply(list).tolist() == [[1, 2, 3]] * 10
    for target, of_target in links.groupby("target"):
        expected = np.sort(of_target["epsp_mv"])[::-1][:3]
        assert np.array_equal(strongest.loc[strongest["target"] == target, "epsp_mv"], expected)


@pytest.mark.standalone
def test_compiled_copies_of_all_cells_are_those_of_numpy() -> None:
    networks = []
    for device in ("runtime", "cpp_standalone"):
        with cn.device(device, progress=False):
            networks.append(build(SMALL, seed=SEED))
            Copies(SMALL.n_excitatory, VARIANTS).add_to(networks[-1])
            networks[-1].run(1 * ms)
    for source in ("excitatory", "inhibitory"):
        pair = [network[f"{source}_to_copies"] for network in networks]
        order = [np.lexsort((np.asarray(synapses.j), np.asarray(synapses.i))) for synapses in pair]
        names = ("i", "j", "delay", "conductance") if source == "excitatory" else ("i", "j", "delay")
        for name in names:
            values = [np.asarray(getattr(s, name))[k] for s, k in zip(pair, order, strict=True)]
            assert np.array_equal(*values), name
