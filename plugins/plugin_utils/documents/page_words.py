# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The texts of the report's page, in one language, for the template and for the page's script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

from ...module_utils.diagnosis.causes.model import Admission, CauseKind, Verdict
from ...module_utils.diagnosis.path.ends.model import Hop, PathVerdict
from ...module_utils.diagnosis.path.ends.naming import NameSource
from ...module_utils.diagnosis.survey.result import Kind
from ...module_utils.firewall.reach.sets import Who
from ...module_utils.host.transport import Failure
from ...module_utils.pc.programs.curl import TryOutcome
from ...module_utils.report.model import ChangeKind, State
from ...module_utils.words.catalogue import TEXTS
from ...module_utils.words.languages import Language
from .page_data import visible

#: The texts of the catalogue for the words of a report's format, by kind and word. The script knows
#: them by the same names.
LABELS: Final[Mapping[str, str]] = {
    **{f"state.{each}": f"pc_state.{each}" for each in State},
    **{f"verdict.{each}": f"port_verdict.{each}" for each in Verdict},
    "verdict.failed": "port_verdict.failed",
    "profile.domain": "profile.domain",
    "profile.private": "profile.private",
    "profile.public": "profile.public",
    "firewall.allowed": "verdict.allowed",
    "firewall.blocked": "verdict.blocked",
    "firewall.conditional": "verdict.conditional",
    "firewall.unknown": "verdict.unknown",
    "firewall.overruled": "verdict.overruled",
    "firewall.mixed": "firewall_state.mixed",
    **{f"reach.{each}": f"reach.{each}" for each in Who},
    **{f"source.{each}": f"source_state.{each}" for each in Admission},
    **{f"path_verdict.{each}": f"path_verdict.{each}" for each in PathVerdict},
    **{f"hop.{each}": f"hop.{each}" for each in Hop},
    **{f"change.{each}": f"change.{each}" for each in ChangeKind},
    "change.state": "js.state",
    "change.verdict": "js.verdict",
}
# Those that the script does not need.
_OF_TEMPLATE: Final[Mapping[str, str]] = {
    **{f"mend.{each}": f"mend.{each}" for each in CauseKind},
    **{f"unread_pc.{each}": f"unread_pc.{each}" for each in (*Failure, *Kind)},
    **{f"name_source.{each}": f"name_source.{each}" for each in NameSource},
    **{f"outcome.{each}": f"outcome.{each}" for each in TryOutcome},
}
_WORD_LIMIT = 40


class PageWords:
    """The texts of a page.

    Args:
        language: that of the page.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        #: Says that ``{count}`` characters were cut off.
        self.cut = self._pattern("page.cut")

    def say(self, key: str, **values: object) -> Markup:
        """A text of the catalogue as HTML. Values other than markup are escaped.

        Raises KeyError for an unknown key or placeholder: a mistake in this collection.
        """
        return escape(self._pattern(key)).format_map(values)

    def plainly(self, key: str, **values: str) -> str:
        """A text of the catalogue as text, which the template escapes."""
        return self._pattern(key).format_map(values)

    def word(self, kind: str, value: str) -> str:
        """The text for a word of the format; the word itself if there is none."""
        for label in (f"{kind}.{value}", f"state.{value}"):
            if key := LABELS.get(label) or _OF_TEMPLATE.get(label):
                return self._pattern(key)
        return visible(value[:_WORD_LIMIT], self.cut)

    def known(self, kind: str, value: str) -> str | None:
        """The text for a word of the format, None if there is none."""
        key = _OF_TEMPLATE.get(f"{kind}.{value}")
        return None if key is None else self._pattern(key)

    def for_script(self) -> dict[str, str]:
        """The script's texts, with placeholders, which the script replaces by values itself."""
        own = {key: self._pattern(key) for key in TEXTS if key.startswith("js.")}
        return own | {label: self._pattern(key) for label, key in LABELS.items()}

    def _pattern(self, key: str) -> str:
        text = TEXTS[key]
        return text.ja if self.language == "ja" else text.en
