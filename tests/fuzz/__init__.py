# SPDX-License-Identifier: GPL-3.0-or-later
"""Inputs that a hostile or broken target could send, for every parser that reads any."""
