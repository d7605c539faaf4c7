# SPDX-License-Identifier: GPL-3.0-or-later
"""curl.exe, as Windows has it since Windows 10 1803 and Server 2019.

It reads its configuration from its input, and opens connections with the scheme pop3, by which it
says nothing before the server has said ``+OK``. What it prints was recorded from curl and libcurl on
Linux (tests/samples/curl), with the words that curl has for the errors of Winsock
(lib/strerror.c of curl). That is all that it can do here; anything else it refuses.
"""

from __future__ import annotations

from winsim.programs.curl.program import curl

__all__ = ["curl"]
