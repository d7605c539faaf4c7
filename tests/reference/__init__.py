# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that judge the collection from outside: written from documents alone, and importing nothing of it."""
