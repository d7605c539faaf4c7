# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property is tried with.

By default few, and the same ones each time: these tests run after every change, on every pair, and
a failure has to be about the change. `make sweeps` tries more of them on one pair, and
`HYPOTHESIS_PROFILE=thorough make sweeps` looks for what nobody has met yet.
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
