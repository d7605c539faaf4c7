# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """For filters that return text. They have no attributes, as modules have."""

    DOCUMENTATION = r"""
options:
  language:
    description:
      - The language of the text.
      - The default comes from E(PORTKEEPER_LANGUAGE), then from C(language) in the section
        C(portkeeper) of ansible.cfg. Otherwise it is English.
    type: str
    choices: [en, ja]
"""
