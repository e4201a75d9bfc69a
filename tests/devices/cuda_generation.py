"""Run by a Python that has brian2cuda: generates all requests of `cuda_models`, and prints what came of them.

Usage: cuda_generation.py FOLDER, which receives a folder for each request.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from brian2 import get_device, prefs

import cortexnet as cn
from cortexnet.devices import execution_of
from cortexnet.devices.cuda.memory import card_bytes, host_bytes
from cortexnet.errors import CortexnetError
from tests.devices.cuda_models import MODELS, REQUESTS, Request


def generate(folder: Path, request: Request) -> dict[str, object]:
    """Generate a model into `folder`, and return what a test looks at."""
    before = {name: prefs[name] for name in prefs}
    facts: dict[str, object] = {}
    try:
        options = {"compute_capability": 9.0, **request.options}
        with (
            cn.device("cuda_standalone", generate_only=folder, progress=False, **options) as execution,
            redirect_stderr(StringIO()) as notes,
        ):
            network, duration = MODELS[request.model]()
            device = get_device()
            for _ in range(request.runs):
                network.run(duration)
        facts = {
            "status": execution.status,
            "seeds": execution.seeds,
            "run_time_values": execution.run_time_values,
            "delivery": execution.delivery,
            "delivery_after_a_run": device.planned_delivery(),
            "recorded": execution_of(network) is execution,
            "notes": notes.getvalue(),
            "card_bytes": card_bytes(device, execution.requested_duration_s),
            "host_bytes": host_bytes(device, execution.requested_duration_s),
        }
        if request.model == "model":
            network["cells"].v[:]
    except CortexnetError as error:
        facts["error"] = str(error)
    return facts | {"preferences_restored": all(prefs[name] == value for name, value in before.items())}


if __name__ == "__main__":
    home = Path(sys.argv[1])
    facts = {name: generate(home / (request.folder or name), request) for name, request in REQUESTS.items()}
    print(json.dumps(facts))
