# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every text that a person reads, by its key. `texts` has them by subject."""

from __future__ import annotations

from collections.abc import Mapping

from .languages import Text
from .texts import (
    arguments,
    common,
    connection,
    kerberos,
    options,
    overview,
    ports,
    report,
    story,
    tables,
)
from .texts.controller import files, playbooks, settings
from .texts.diagnosis import (
    causes,
    departures,
    drops,
    path,
    path_remedies,
    policies_and_networks,
    products,
    remedies,
    sources,
    survey,
)
from .texts.firewall import (
    auditing,
    category,
    changing,
    conditions,
    judging,
    listing,
    policy,
    profiles,
)
from .texts.stopping import choosing, codes, running
from .texts.verification import claims, trial
from .texts.wsman import faults, protocol

SUBJECTS = (
    common,
    arguments,
    playbooks,
    settings,
    files,
    ports,
    connection,
    kerberos,
    protocol,
    faults,
    policy,
    judging,
    changing,
    conditions,
    listing,
    auditing,
    category,
    profiles,
    options,
    choosing,
    codes,
    running,
    causes,
    departures,
    drops,
    policies_and_networks,
    products,
    remedies,
    sources,
    path,
    path_remedies,
    survey,
    report,
    overview,
    story,
    tables,
    trial,
    claims,
)

TEXTS: Mapping[str, Text] = {
    key: text for subject in SUBJECTS for key, text in subject.TEXTS.items()
}
