# SPDX-License-Identifier: BSD-2-Clause
# Disk (of a block PD), networks, console, entropy and sockets over PCI.
source "$root/tests/guest/hostile.sh"
