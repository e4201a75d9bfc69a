"""What our C++ and CUDA devices share: they collect a model and refuse what would be skipped silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brian2 import Network, NetworkOperation, Quantity, Synapses, second
from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.device import CPPWriter

from cortexnet import folders
from cortexnet.devices import program_report
from cortexnet.devices.execution import Execution
from cortexnet.devices.requirements import refuse_what_cannot_fit
from cortexnet.devices.seeds import checked_seed
from cortexnet.errors import CortexnetError, RunFailed

if TYPE_CHECKING:
    from brian2.devices.cpp_standalone.device import CPPStandaloneDevice as Base
else:
    Base = object  # this is mixed in before the device proper

CLOCK_STATE = ("t", "timestep")
REPORTED_BY_US = (None, "text", "stdout", "stderr")


class StandaloneDevice(Base):
    """Mixed into a standalone device of Brian2; an instance serves one block.

    Seeds and run-time values are only noted while the model is built. The program reads them when it starts.
    """

    def __init__(self, execution: Execution) -> None:
        super().__init__()
        self.execution = execution
        self.failure: str | None = None
        self.closed = False

    headers: list[str]
    networks: set[Network]
    synapses: set[Synapses]

    # -- what C++ and CUDA differ in --

    waiting_code = ""  # lets all that a run has started come to its end

    def compiler(self) -> list[str]:
        """Return the command of the C++ compiler."""
        raise NotImplementedError

    def toolchain(self) -> str:
        """Describe what else than that compiler the program depends on."""
        raise NotImplementedError

    def seeding_code(self, value: str) -> str:
        """Return C++ that seeds the random number generators with an expression."""
        raise NotImplementedError

    def written_arrays(self) -> list[ArrayVariable]:
        """Return the variables that the program writes to files at its end."""
        raise NotImplementedError

    def dropped_arrays(self) -> set[ArrayVariable]:
        """Return the variables whose values the program throws away at its end."""
        return set()

    def planned_delivery(self) -> dict[str, str]:
        """Return how the spikes of each synaptic pathway are delivered: "ranges", or why not so."""
        return {path.name: "as asked for" for synapses in self.synapses for path in synapses._pathways}

    def length_code(self, variable: ArrayVariable) -> str:
        """Return the C++ expression for the number of elements of a variable."""
        raise NotImplementedError

    # -- what the model's script does --

    @contextmanager
    def building(self) -> Iterator[None]:
        """Let models be built and changed in this block, and not afterwards."""
        try:
            yield
        finally:
            self.closed = True

    def seed(self, seed: int | None = None) -> None:
        """Seed the generators at this place of the program, with a value that it reads when it starts."""
        self.insert_code("main", self.new_seed(seed))

    def new_seed(self, seed: int | None) -> str:
        """Note a seed; returns the C++ that puts it into effect."""
        self.execution.seeds.append(checked_seed(seed))
        return self.seeding_code(program_report.seed_value(len(self.execution.seeds) - 1))

    def set_at_run_time(self, variable: ArrayVariable, number: float | int | bool) -> None:
        """Note a value for the program's command line."""
        name = f"{variable.owner.name}.{variable.name}"
        if variable.read_only:
            raise CortexnetError(f"{name} is read-only and cannot be set at run time")
        self.execution.run_time_values[name] = number
        self.array_cache[variable] = None

    def network_run(
        self,
        network: Network,
        duration: Quantity,
        report: str | None = None,
        report_period: Quantity = 10 * second,
        namespace: dict[str, Any] | None = None,
        profile: bool | None = None,
        level: int = 0,
        **options: Any,
    ) -> None:
        """Add a run of `network` to the program."""
        self.refuse_if_closed()
        refuse_what_cannot_fit(network, float(duration), folders.cache_directory())
        for obj in network.sorted_objects:
            if isinstance(obj, NetworkOperation):
                raise CortexnetError(
                    f"the network operation {obj.name!r} is Python and cannot run in a compiled program: "
                    "use run_regularly, or cn.device('runtime')"
                )
        before, after = self.code_lines["before_network_run"], self.code_lines["after_network_run"]
        self.code_lines["before_network_run"] = [
            *before,
            program_report.BEGIN_RUN.format(network=network.name),
        ]
        self.code_lines["after_network_run"] = [self.waiting_code, program_report.END_RUN, *after]
        mark: Any = object()  # where that which this run adds begins, whatever is put in front of the queue
        self.main_queue.append(mark)
        networks_before = set(self.networks)
        try:
            super().network_run(
                network,
                duration,
                report=None if report in REPORTED_BY_US else report,
                report_period=report_period,
                namespace=namespace,
                profile=profile,
                level=level + 1,
                **options,
            )
        except BaseException:  # nothing of this run stays, should somebody catch the error and go on
            del self.main_queue[self.main_queue.index(mark) :]
            self.networks = networks_before
            raise
        finally:
            self.code_lines["before_network_run"], self.code_lines["after_network_run"] = before, after
        place = self.main_queue.index(mark)
        self.main_queue[place:] = self._repeatable(network, float(duration), self.main_queue[place + 1 :])
        self.execution.record(network, float(duration))

    def _repeatable(self, network: Network, duration_s: float, added: list[Any]) -> list[Any]:
        """Return what a run `added` to the main program in a form that is the same for every duration.

        Brian2 writes durations and start times into the program, and sets clocks in the order of a set.
        """
        clocks = {
            self.arrays[clock.variables[name]]: clock for clock in network._clocks for name in CLOCK_STATE
        }
        settings, others = [], []
        for function, arguments in added:
            if function == "run_network":
                given = program_report.run_duration(len(self.execution.requested_durations_s))
                written, start = f"{network.name}.run({duration_s!r},", f"{network.name}.run({given},"
                others.append((function, (network, [line.replace(written, start) for line in arguments[1]])))
            elif function == "set_by_single_value" and arguments[0] in clocks:
                dt = f"{self.arrays[clocks[arguments[0]].variables['dt']]}[0]"
                step = program_report.step_at(f"{network.name}.t", dt)
                value = step if arguments[0].endswith("timestep") else f"{step}*{dt}"
                settings.append((function, (*arguments[:2], value)))
            else:
                others.append((function, arguments))
        return sorted(settings) + others

    def network_store(self, network: Network, *arguments: Any, **options: Any) -> None:
        """Refuse: a compiled program keeps no snapshots."""
        raise CortexnetError("store() does not exist in a compiled program: use cn.device('runtime')")

    def network_restore(self, network: Network, *arguments: Any, **options: Any) -> None:
        """Refuse: a compiled program keeps no snapshots."""
        raise CortexnetError("restore() does not exist in a compiled program: use cn.device('runtime')")

    def build(self, *arguments: Any, **options: Any) -> None:
        """Refuse: the block builds and runs when it is left."""
        raise CortexnetError(
            "device.build() is not needed: leaving cn.device(...) builds and runs the program"
        )

    def run(self, *arguments: Any, **options: Any) -> None:
        """Refuse: the block builds and runs when it is left."""
        raise CortexnetError("device.run() is not needed: leaving cn.device(...) builds and runs the program")

    def reinit(self) -> None:
        """Refuse: every block has a device of its own, which starts empty."""
        raise CortexnetError("device.reinit() is not needed: every cn.device(...) starts empty")

    # -- what happens on leaving the block --

    def generate(self, folder: Path) -> None:
        """Write the program's sources and static arrays into `folder`."""
        if not self.execution.seeds:  # so that every run can be repeated
            self.insert_code("after_start", self.new_seed(None))
        self.insert_code("before_end", program_report.BEFORE_WRITING)
        self.insert_code("after_end", program_report.AT_THE_END)
        super().build(directory=str(folder), compile=False, run=False)

    def generate_main_source(self, writer: CPPWriter) -> None:
        """Write the main unit, which includes our report of the run."""
        written = {variable: self.get_array_filename(variable) for variable in self.written_arrays()}
        dropped = sorted(self.dynamic_arrays[variable] for variable in self.dropped_arrays())
        for name, text in program_report.headers(written, self.length_code, dropped).items():
            writer.write(name, text)
        self._with_our_header(super().generate_main_source, writer)

    def generate_run_source(self, writer: CPPWriter) -> None:
        """Write the unit of ``device.run_function``, which may hold runs."""
        self._with_our_header(super().generate_run_source, writer)

    def _with_our_header(self, generate: Callable[[CPPWriter], None], writer: CPPWriter) -> None:
        user_headers = self.headers
        self.headers = [*user_headers, f'"{program_report.HEADER}"']
        try:
            generate(writer)
        finally:
            self.headers = user_headers

    def publish(self, results: Path) -> None:
        """Let the variables of the model be read from the files of a finished run."""
        self.results_dir = f"{results}/"
        self.has_been_run = True
        for clock in self.clocks:  # cached as if every run reached its end
            self.array_cache[clock.variables["t"]] = None
            self.array_cache[clock.variables["timestep"]] = None
        for network in self.networks:
            network.t_ = min(network.t_, self.execution.duration_s)

    # -- afterwards --

    def get_value(self, variable: ArrayVariable, access_data: bool = True) -> Any:
        """Read a variable; after a failed run there is nothing to read but what no run changes."""
        if self.failure is not None and not variable.constant:
            raise RunFailed(self.failure)
        return super().get_value(variable, access_data)

    def fill_with_array(self, variable: ArrayVariable, array: Any) -> None:
        """Set a variable while the model is built; a finished run is left as it is."""
        self.refuse_if_closed()
        super().fill_with_array(variable, array)

    def refuse_if_closed(self) -> None:
        """Raise where a model is used as if its block had not ended."""
        if self.closed:
            raise CortexnetError(
                f"this model belongs to a block cn.device({self.execution.device!r}) that has ended: "
                "build it again in a new block"
            )
