# SPDX-License-Identifier: GPL-3.0-or-later
"""The developer's commands behind the Makefile: environments, checks, the release archive.

Runs on a bare Python 3.11 or later: nothing here imports anything outside the standard library.
"""
