# SPDX-License-Identifier: BSD-2-Clause
# The same over MMIO, with a disk in the VMM's own memory.
source "$root/tests/guest/hostile.sh"
