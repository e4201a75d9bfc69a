"""The CUDA standalone device: the whole model becomes one program for a graphics card."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brian2 import Network, Quantity
from brian2.core.base import BrianObjectException
from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.device import CPPWriter

from cortexnet import folders
from cortexnet.devices import tools
from cortexnet.devices.execution import GENERATED, Execution
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.scope import (
    DELIVERIES,
    active_device,
    float_type,
    fresh_names,
    preferences,
    require_one_of,
)
from cortexnet.devices.standalone import StandaloneDevice
from cortexnet.devices.standalone_run import StandaloneRun
from cortexnet.errors import CortexnetError, ToolMissing

try:
    from brian2cuda.device import CUDAStandaloneDevice
    from brian2cuda.utils.gputools import get_nvcc_path, reset_gpu_selection
except ImportError as error:
    raise ToolMissing(
        "the device 'cuda_standalone' needs Python 3.12 with brian2cuda: pip install 'cortexnet[cuda]'"
    ) from error

from cortexnet.devices.cuda import curand
from cortexnet.devices.cuda.corrections import correct
from cortexnet.devices.cuda.delivery import RangeDelivery
from cortexnet.devices.cuda.memory import refuse_what_the_card_cannot_hold
from cortexnet.devices.cuda.refusals import slow_objects

BACKEND = "devices.cuda_standalone.cuda_backend"
HOST_FLAGS = ["-w", "-O3", "-ffast-math", "-fno-finite-math-only"]
CARD_FLAGS = ["-w", "-use_fast_math"]
LANGUAGE = "-std=c++17"  # which CUDA 13 requires; brian2cuda asks for an older one


@contextmanager
def cuda_standalone(
    *,
    progress: bool | Progress = True,
    timeout: float | None = None,
    precision: str = "double",
    delivery: str = "auto",
    generate_only: Path | str | None = None,
    compute_capability: float | None = None,
) -> Iterator[Execution]:
    """Compile the model of the block for a graphics card and run it there on leaving the block.

    Parameters
    ----------
    progress, timeout, precision
        As for every device.
    delivery : {"auto", "brian2"}
        How spikes reach synapses: over ranges of sorted synapses where a pathway allows it, or as brian2cuda
        does it.
    generate_only : path, optional
        A new folder that receives the sources; nothing is compiled or run, and no card is needed.
    compute_capability : float, optional
        Of the card to compile for, like 9.0; of the card found here if not given.
    """
    require_one_of("delivery", delivery, DELIVERIES)
    chosen = float_type(precision) | _backend(generate_only is None, compute_capability)
    _require_tools(card=generate_only is None)
    if generate_only is not None:
        _require_new(Path(generate_only))
    folders.cache_directory()
    execution = Execution(device="cuda_standalone", codegen_target="cuda", precision=precision)
    with preferences(chosen), fresh_names():
        reset_gpu_selection()  # brian2cuda remembers the one of other preferences
        device = CudaDevice(execution, delivery, curand.include_directory(get_nvcc_path()))
        device.has_card = generate_only is None
        with active_device(device):
            with device.building():
                yield execution
            if device.networks and generate_only is not None:
                device.generate(folders.own(Path(generate_only)))
                device.failure = f"there are no results: only sources were generated, in {generate_only}"
                execution.status = GENERATED
            elif device.networks:
                StandaloneRun(device, choose_progress(progress), timeout).carry_out()


def _require_tools(card: bool) -> None:
    tools.require("nvcc", "the CUDA compiler", "install the CUDA toolkit")
    if card:
        tools.require_compiler()
        tools.require("nvidia-smi", "an NVIDIA card with its driver", "install the driver")


def _require_new(folder: Path) -> None:
    """Refuse a folder with files: the makefile takes old objects for new, as it knows no headers."""
    if folder.exists() and any(folder.iterdir()):
        raise CortexnetError(f"generate_only = {str(folder)!r} is a folder with files: name a new one")


def _backend(card: bool, compute_capability: float | None) -> dict[str, Any]:
    """Return the preferences of brian2cuda: with a card it is asked, without one it must be told."""
    known: dict[str, Any] = {} if card else {f"{BACKEND}.gpu_id": 0, f"{BACKEND}.compute_capability": 9.0}
    if compute_capability is not None:
        known[f"{BACKEND}.compute_capability"] = compute_capability
    return {
        f"{BACKEND}.detect_gpus": card,
        **known,
        f"{BACKEND}.extra_compile_args_nvcc": list(CARD_FLAGS),  # a copy: brian2cuda takes flags out of it
        "codegen.cpp.extra_compile_args_gcc": HOST_FLAGS,
    }


class CudaDevice(StandaloneDevice, CUDAStandaloneDevice, RangeDelivery):
    """brian2cuda's device with a program that reports what it does, and a delivery of spikes of its own."""

    has_card = True
    waiting_code = "CUDA_SAFE_CALL(cudaDeviceSynchronize());"

    def __init__(self, execution: Execution, delivery: str, curand_include: Path | None) -> None:
        super().__init__(execution)
        self.delivery = delivery
        self.deliveries = execution.delivery
        self.curand_include = curand_include
        if curand_include is not None:
            self.include_dirs.append(str(curand_include))

    def compiler(self) -> list[str]:
        """Return the host compiler, of which nvcc takes one word."""
        return [tools.compiler_word()]

    def toolchain(self) -> str:
        """Return the version of nvcc."""
        return tools.version_of(get_nvcc_path())

    def seeding_code(self, value: str) -> str:
        """Return C++ that seeds both of cuRAND's generators."""
        return f"brian::random_number_buffer.set_seed({value});"

    def network_run(self, network: Network, duration: Quantity, *arguments: Any, **options: Any) -> None:
        """Add the run of `network` to the program; refuse a second one, which loses spikes on a card."""
        if self.networks:
            raise CortexnetError(
                "a second run is not possible on the device 'cuda_standalone': run the whole duration at once"
            )
        self.choose_deliveries(network.sorted_objects)
        for line in slow_objects(network.sorted_objects, self.deliveries):
            print(f"cortexnet: {line}", file=sys.stderr)
        options["level"] = options.get("level", 0) + 1
        try:
            super().network_run(network, duration, *arguments, **options)
        except BrianObjectException as error:  # Brian2 names the object in which it met what is refused
            if isinstance(error.__cause__, CortexnetError):
                raise error.__cause__ from None
            if isinstance(error.__cause__, NotImplementedError):
                raise CortexnetError(str(error.__cause__)) from error
            raise

    def generate(self, folder: Path) -> None:
        """Write the program's sources; refuse one that the card or the machine cannot hold."""
        super().generate(folder)
        if self.has_card:
            refuse_what_the_card_cannot_hold(self, self.execution.requested_duration_s)

    def planned_delivery(self) -> dict[str, str]:
        """Return how the spikes of each synaptic pathway are delivered: "ranges", or why not so."""
        return self.deliveries

    def written_arrays(self) -> list[ArrayVariable]:
        """Return all variables but the lists of spiking cells, which stay on the card."""
        return [variable for variable in self.arrays if not variable.name.endswith("space")]

    def length_code(self, variable: ArrayVariable) -> str:
        """Return the C++ expression for the number of elements of a variable, which may live on the card."""
        if variable in self.dynamic_arrays:
            array = self.dynamic_arrays[variable]
            return f"brian::{'' if array in self.variables_on_host_only else 'dev'}{array}.size()"
        if variable in self.dynamic_arrays_2d:
            array = self.dynamic_arrays_2d[variable]
            return f"brian::_num__array_{variable.owner.name}__indices * double(brian::{array}[0].size())"
        return str(variable.size)

    def generate_codeobj_source(self, writer: CPPWriter) -> None:
        """Write the units, corrected where brian2cuda takes something for granted."""
        super().generate_codeobj_source(writer)
        self.write_ranges(writer)
        for unit in self.code_objects.values():
            path = Path(writer.project_dir) / "code_objects" / f"{unit.name}.cu"
            correct(unit, path, self.deliveries)

    def generate_makefile(self, writer: CPPWriter, *arguments: Any, **options: Any) -> None:
        """Write the makefile, with the language that the compiler requires and commands that are shown."""
        super().generate_makefile(writer, *arguments, **options)
        path = Path(writer.project_dir) / "makefile"
        makefile = path.read_text().replace("-std=c++11", LANGUAGE).replace("NVCC = @", "NVCC = ")
        path.write_text(curand.linked(makefile, self.curand_include))
