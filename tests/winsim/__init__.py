# SPDX-License-Identifier: GPL-3.0-or-later
"""winsim: a simulated Windows host that speaks WS-Management on a loopback address."""
