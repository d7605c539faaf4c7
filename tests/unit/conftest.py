# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property is tried with.

By default few, and the same ones each time: these tests run after every change, and a failure has
to be about the change. `HYPOTHESIS_PROFILE=thorough make unit` looks for what nobody has met yet.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick",
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
