"""The published network as a plain Brian2 script: what a user would write without this package.

The same equations and method as the model, Brian2's own connections and random numbers. Run with the
arguments ``N_EXCITATORY SEED SECONDS KICK_SECONDS`` it prints one line of JSON: CPU seconds of the time loop
after the kick, and the synaptic events in it.
"""
# ruff: noqa: F405

import json
import sys
from tempfile import mkdtemp

import numpy as np
from brian2 import *  # noqa: F403
from scipy.interpolate import interp1d

n_excitatory, random_seed = int(sys.argv[1]), int(sys.argv[2])
duration, kick_duration = float(sys.argv[3]) * second, float(sys.argv[4]) * second
n_inhibitory = n_excitatory // 5

set_device("cpp_standalone", directory=mkdtemp(), build_on_run=False)
prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
seed(random_seed)

leak, threshold, reset_to, reversal_e, reversal_i = -70 * mV, -50 * mV, -60 * mV, 0 * mV, -80 * mV
tau_synaptic, refractory_time = 2 * ms, 1 * ms


def conductance_of_epsp(epsp_mV):
    """Invert the peak depolarisation from rest that a jump of conductance makes, by a table."""
    step, conductances = 1e-6, np.concatenate([[0.0], np.geomspace(1e-3, 4e3, 400)])
    v, g, peak = np.zeros(401), conductances.copy(), np.zeros(401)
    for _ in range(30_000):
        middle = v + step / 2 * (-v / 20e-3 + g * (70e-3 - v))
        halfway = g * np.exp(-step / 2 / 2e-3)
        v = v + step * (-middle / 20e-3 + halfway * (70e-3 - middle))
        g *= np.exp(-step / 2e-3)
        peak = np.maximum(peak, v)
    return interp1d(peak * 1e3, conductances)(epsp_mV)


equations = """
dv/dt = -(v - leak)/tau_membrane - g_e*(v - reversal_e) - g_i*(v - reversal_i) : volt (unless refractory)
dg_e/dt = -g_e/tau_synaptic : hertz
dg_i/dt = -g_i/tau_synaptic : hertz
tau_membrane : second (constant, shared)
"""
spiking = {"threshold": "v >= threshold", "reset": "v = reset_to", "refractory": refractory_time}
E = NeuronGroup(n_excitatory, equations, method="rk2", name="E", **spiking)
I = NeuronGroup(n_inhibitory, equations, method="rk2", name="I", **spiking)  # noqa: E741
E.tau_membrane, I.tau_membrane = 20 * ms, 10 * ms
E.v = I.v = leak
kick_conductance = float(conductance_of_epsp(10.0)) * Hz
kicks = [
    group.run_regularly("g_e += kick_conductance*int(rand() < 25*Hz*dt*(1 - t/kick_duration))", when="start")
    for group in (E, I)
]

p_e, p_i = 1000 / n_excitatory, 1000 / n_inhibitory  # 1000 synapses of each type onto a cell
on_ee = "g_e_post += w*int(rand() >= p_fail)"
EE = Synapses(E, E, "w : hertz (constant)\np_fail : 1 (constant)", on_pre=on_ee, name="EE")
EI = Synapses(E, I, on_pre="g_e_post += 0.018/ms", name="EI")
IE = Synapses(I, E, on_pre="g_i_post += 0.002/ms", name="IE")
II = Synapses(I, I, on_pre="g_i_post += 0.0025/ms", name="II")
EE.connect("i != j", p=p_e)
EI.connect(p=p_e)
IE.connect(p=p_i)
II.connect("i != j", p=p_i)
grid = np.linspace(0, 20, 2**14 + 1)
conductance_table = TimedArray(conductance_of_epsp(grid) * Hz, dt=20 * second / 2**14)
EE.p_fail = "clip(exp(log(0.2) + 1 + randn()), 0, 20)"  # the EPSP in mV for a moment; 5 in 10000 are cut
EE.w = "conductance_table(p_fail*second)"
EE.p_fail = "0.1/(0.1 + p_fail)"
EE.delay = "1*ms + 2*ms*rand()"
for S in (EI, IE, II):
    S.delay = "2*ms*rand()"

spikes_e, spikes_i = SpikeMonitor(E), SpikeMonitor(I)
voltage = StateMonitor(E, "v", record=range(500), dt=5 * ms)
run(kick_duration)
for kick in kicks:
    kick.active = False
run(duration - kick_duration)
device.build(directory=device.project_dir, run=True, with_output=False)

events = 0
for monitor, pathways in ((spikes_e, (EE, EI)), (spikes_i, (IE, II))):
    late = np.asarray(monitor.i)[np.asarray(monitor.t) >= float(kick_duration)]
    for S in pathways:
        events += int(np.asarray(S.N_outgoing)[late].sum())
late = np.asarray(spikes_e.t) >= float(kick_duration)
print(
    json.dumps(
        {
            "cpu_s": float(device._last_run_time),
            "events": events,
            "rate_e": float(late.sum() / float(duration - kick_duration) / n_excitatory),
        }
    )
)
device.delete(force=True)
