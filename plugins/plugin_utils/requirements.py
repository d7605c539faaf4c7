# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The minimum versions of the controller's Python packages, for conversations with hosts that come
about at all, and are safe.

``requirements.txt`` has them for pip. They are repeated here for controllers that were not
installed with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata

from .controller.setting_error import SettingError

# Before 2.8.0, urllib3 reads the length of a chunk as a line of any length into memory, and decodes
# a broken deflate stream forever (GHSA-vxq7-64xx-v4gw, GHSA-gh4c-6fx4-qh6g). Both happen below the
# place where the guard counts bytes and checks the clock.
# Before 0.5.0, pywinrm sends without naming its session, which the guard needs. Before 0.9.0,
# pypsrp makes the keys for sealing only together with the session, which is made here.
MINIMUM: Mapping[str, str] = {"urllib3": "2.8.0", "pywinrm": "0.5.0", "pypsrp": "0.9.0"}
# Those that a hostile host makes use of.
_UNSAFE = ("urllib3",)

# A version's numbers, and the marker of a pre-release with the same numbers.
_RELEASE = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)*(\.?(?:a|b|c|rc|dev|pre|alpha|beta)\d*)?")


def installed() -> dict[str, str]:
    """The versions of the packages in `MINIMUM`, without those that are not installed."""
    found = {}
    for name in MINIMUM:
        try:
            found[name] = str(metadata.version(name))
        except metadata.PackageNotFoundError:
            continue
    return found


# Read once, in the parent of all forks.
INSTALLED = installed()


def check(*names: str, versions: Mapping[str, str] | None = None) -> None:
    """Refuse to talk to a host with a package that can't, or through which a hostile one could harm
    the controller.

    Args:
        names: of the packages; the default is those that every connection needs.
        versions: by the name of the package; the default is those that are installed.

    Raises:
        SettingError: one is too old.
    """
    known = INSTALLED if versions is None else versions
    for name in names or _UNSAFE:
        if name in known and _older(known[name], MINIMUM[name]):
            key = "setting.package_unsafe" if name in _UNSAFE else "setting.package_too_old"
            raise SettingError(key, package=name, version=known[name], minimum=MINIMUM[name])


def _older(version: str, minimum: str) -> bool:
    """Whether a version is older than a final one, or is not a version."""
    release, lowest = _RELEASE.match(version), _RELEASE.match(minimum)
    if release is None or lowest is None:
        return True
    found, needed = (
        tuple(int(number or 0) for number in each.groups()[:3]) for each in (release, lowest)
    )
    return found < needed or (found == needed and release[4] is not None)
