# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a survey that checks ports.

It is imported only by tasks that do: a diagnosis needs most of the library, and Ansible compiles
that anew each time it starts.
"""

from __future__ import annotations

from ...module_utils.diagnosis.result import CheckResult
from ...module_utils.diagnosis.survey import checked_rows
from ...module_utils.diagnosis.survey.result import SurveyRow
from ...module_utils.host.host import Host
from ...module_utils.host.transport import Transport
from ...module_utils.words.languages import Language
from ...module_utils.words.phrases import Value
from ..probe import AT_ONCE, Noted
from ..readings import checks
from ..readings.checks import Checked, CheckOptions


def most_attempts(wanted: CheckOptions | None) -> int:
    """How many ports of a host the controller may try to connect to at the same time; `wanted` is
    None where that is different for each."""
    if wanted is None:
        return AT_ONCE
    return min(AT_ONCE, len(wanted.ports)) if wanted.from_controller else 0


class Check:
    """The check of one host."""

    def __init__(self, wanted: CheckOptions) -> None:
        self._wanted = wanted
        self._noted: Noted

    def through(self, transport: Transport) -> Transport:
        """The transport to the host, which notes where its answers come from."""
        self._noted = Noted(transport)
        return self._noted

    def look(self, host: Host) -> Checked:
        """As `readings.checks.look`."""
        return checks.look(host, self._noted, self._wanted)

    def rows(self, name: str, checked: Checked) -> list[SurveyRow]:
        """A row for each port of the host of a name."""
        expected = self._wanted.expectation
        return checked_rows.of_check(name, checked.situation, checked.diagnoses, expected)

    def result(self, checked: Checked, language: Language) -> CheckResult[Value]:
        """As `readings.checks.result`."""
        return checks.result(checked, self._wanted, language)
