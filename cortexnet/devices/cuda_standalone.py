"""The CUDA standalone device: the whole model becomes one program for a graphics card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brian2 import Network, Quantity
from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.device import CPPWriter

from cortexnet import folders
from cortexnet.devices import tools
from cortexnet.devices.execution import GENERATED, Execution
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.scope import active_device, float_type, fresh_names, preferences
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
    generate_only: Path | str | None = None,
    compute_capability: float | None = None,
) -> Iterator[Execution]:
    """Compile the model of the block for a graphics card and run it there on leaving the block.

    Parameters
    ----------
    progress, timeout, precision
        As for every device.
    generate_only : path, optional
        A new folder that receives the sources; nothing is compiled or run, and no card is needed.
    compute_capability : float, optional
        Of the card to compile for, like 9.0; of the card found here if not given.
    """
    chosen = float_type(precision) | _backend(generate_only is None, compute_capability)
    _require_tools(card=generate_only is None)
    folders.cache_directory()
    execution = Execution(device="cuda_standalone", codegen_target="cuda", precision=precision)
    with preferences(chosen), fresh_names():
        reset_gpu_selection()  # brian2cuda remembers the one of other preferences
        device = CudaDevice(execution)
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
    if not card:
        return
    tools.require_compiler()
    tools.require("nvcc", "the CUDA compiler", "install the CUDA toolkit")
    tools.require("nvidia-smi", "an NVIDIA card with its driver", "install the driver")


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


class CudaDevice(StandaloneDevice, CUDAStandaloneDevice):
    """brian2cuda's device with a program that reports what it does."""

    waiting_code = "CUDA_SAFE_CALL(cudaDeviceSynchronize());"

    def compiler(self) -> list[str]:
        """Return the host compiler, of which nvcc takes one word."""
        return [tools.compiler_word()]

    def toolchain(self) -> str:
        """Return the version of nvcc."""
        return tools.version_of(get_nvcc_path())

    def seeding_code(self, value: str) -> str:
        """Return C++ that seeds both of cuRAND's generators."""
        return f"random_number_buffer.set_seed({value});"

    def network_run(self, network: Network, duration: Quantity, *arguments: Any, **options: Any) -> None:
        """Add the run of `network` to the program; refuse a second one, which loses spikes on a card."""
        if self.networks:
            raise CortexnetError(
                "a second run is not possible on the device 'cuda_standalone': run the whole duration at once"
            )
        options["level"] = options.get("level", 0) + 1
        super().network_run(network, duration, *arguments, **options)

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
        """Write the units, of which brian2cuda takes for granted that synapses live on the default clock."""
        super().generate_codeobj_source(writer)
        for unit in self.code_objects.values():
            if unit.template_name == "synapses":
                path = Path(writer.project_dir) / "code_objects" / f"{unit.name}.cu"
                text = path.read_text()
                path.write_text(text.replace("defaultclock.timestep", f"{unit.owner.clock.name}.timestep"))

    def generate_makefile(self, writer: CPPWriter, *arguments: Any, **options: Any) -> None:
        """Write the makefile, with the language that the compiler requires and commands that are shown."""
        super().generate_makefile(writer, *arguments, **options)
        path = Path(writer.project_dir) / "makefile"
        path.write_text(path.read_text().replace("-std=c++11", LANGUAGE).replace("NVCC = @", "NVCC = "))
