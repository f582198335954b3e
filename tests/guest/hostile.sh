# SPDX-License-Identifier: BSD-2-Clause
# A probe that is hostile to all its VirtIO devices from inside (guests/probes/hostile); afterwards
# each of them works, and the monitor has not faulted. SERAI_HOSTILE may hold another command line.
truncate -s 4M "$folder/disk.img"
if [[ -n ${SERAI_HOSTILE-} ]]; then
  sed -i "s/^cmdline = .*/cmdline = \"$SERAI_HOSTILE\"/" "$folder/system.toml"
  limit=${SERAI_HOSTILE_SECONDS:-$limit}
fi
source "$root/tests/guest/cases/probe.sh"
