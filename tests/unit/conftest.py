# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property is tried with.

By default few, and the same ones each time, so that a failure is about the change. `make unit` leaves
properties out: `make sweeps` tries them with more examples, on one pair, and
`HYPOTHESIS_PROFILE=thorough make sweeps` looks for inputs that no run has tried yet.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

for name, examples in {"quick": 10, "many": 30}.items():
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
