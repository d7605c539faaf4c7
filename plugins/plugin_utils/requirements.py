# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The versions of the controller's Python packages that a host may safely be asked with.

``requirements.txt`` has them for pip. Here they are for controllers that were not installed by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata

from .settings import SettingError

# Before urllib3 2.8.0 the length of a chunk is read as a line without end, into memory, and a
# broken deflate is decoded for ever (GHSA-vxq7-64xx-v4gw, GHSA-gh4c-6fx4-qh6g). Both happen below
# the place where the guard counts bytes and looks at the clock.
MINIMUM: Mapping[str, str] = {"urllib3": "2.8.0"}

# A version's numbers, and what tells one that comes before the final one of the same numbers.
_RELEASE = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)*(\.?(?:a|b|c|rc|dev|pre|alpha|beta)\d*)?")


def installed() -> dict[str, str]:
    """The versions of the packages in `MINIMUM`. What is not there is left out."""
    found = {}
    for name in MINIMUM:
        try:
            found[name] = str(metadata.version(name))
        except metadata.PackageNotFoundError:
            continue
    return found


# Read once, in the parent of all forks.
INSTALLED = installed()


def check(versions: Mapping[str, str] | None = None) -> None:
    """Refuse to talk to a host with a package that a hostile one could harm the controller by.

    Args:
        versions: by the name of the package; those that are installed, if not told.

    Raises:
        SettingError: one is too old.
    """
    for name, version in (INSTALLED if versions is None else versions).items():
        if _older(version, MINIMUM[name]):
            raise SettingError(
                "setting.package_too_old", package=name, version=version, minimum=MINIMUM[name]
            )


def _older(version: str, minimum: str) -> bool:
    """Whether a version comes before a final one, or is none."""
    release, lowest = _RELEASE.match(version), _RELEASE.match(minimum)
    if release is None or lowest is None:
        return True
    found, needed = (
        tuple(int(number or 0) for number in each.groups()[:3]) for each in (release, lowest)
    )
    return found < needed or (found == needed and release[4] is not None)
