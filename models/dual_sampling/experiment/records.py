"""The recording of a training or a test: spikes of the last showing of the test set, and its data."""

from __future__ import annotations

from dataclasses import asdict, replace

from cortexnet.models.dual_sampling.experiment.course import Course
from cortexnet.recording import Recording


def with_data(recording: Recording, course: Course) -> Recording:
    """Return a recording of the last run whose manifest tells of the data.

    Its summary is left empty: what all runs cost together is known elsewhere, and whether cells fire at the
    end, where they are not recorded, says nothing.
    """
    data = course.dataset
    about = {
        **asdict(data.source),
        "n_training": len(data.labels),
        "n_test": len(data.test_labels),
        "classes": [int(label) for label in data.classes],
        "sha256": data.digest(),
    }
    return replace(recording, summary={}, manifest=recording.manifest | {"data": about})
