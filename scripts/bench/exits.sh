# SPDX-License-Identifier: BSD-2-Clause
# Rows P1 to P6: single exits, marked by guests/bench/bench.S and doorbell.S.
# shellcheck shell=bash

# What section 6 takes on a bare QEMU.
timer_wait=65534

systems_P1=bench systems_P2=bench systems_P3=doorbell systems_P4=bench systems_P5=bench systems_P6=bench

rows_P1() {
  row P1 'PSCI_VERSION, round trip' "$platform" "$(each "$platform" 1 all 1)" instructions "$(goal 400 3150)"
  row P1 'PSCI_VERSION, VMM' "$platform" "$(each "$platform" 1 other)" instructions 120
}

rows_P2() {
  row P2 'distributor read, round trip' "$platform" "$(each "$platform" 2 all 1)" instructions 3080
  row P2 'distributor read, VMM' "$platform" "$(each "$platform" 2 other)" instructions 120
  row P2 'distributor write, round trip' "$platform" "$(each "$platform" 3 all 1)" instructions 2950
  row P2 'distributor write, VMM' "$platform" "$(each "$platform" 3 other)" instructions 120
}

rows_P3() {
  row P3 'VirtIO doorbell over PCI, round trip' "$platform" "$(each "$platform" 1 all 1 doorbell)" instructions 2550
  row P3 'VirtIO doorbell over MMIO, round trip' "$platform" "$(each "$platform" 2 all 1 doorbell)" instructions 2550
  row P3 'VirtIO doorbell over PCI, VMM' "$platform" "$(each "$platform" 1 other 0 doorbell)" instructions 120
}

rows_P4() {
  local latency
  latency=$(each "$platform" 4 all 1)
  row P4 'SGI to self, latency' "$platform" "$latency" instructions 3450
  row P4 'SGI to self, round trip' "$platform" \
    "$(sum "$latency" "$(each "$platform" 5 all 1)")" instructions 5350
}

rows_P5() {
  local latency
  latency=$(each "$platform" 6 all "$timer_wait")
  row P5 'virtual timer, latency' "$platform" "$latency" instructions 2290
  row P5 'virtual timer, round trip' "$platform" \
    "$(sum "$latency" "$(each "$platform" 7 all 1)")" instructions 4520
}

rows_P6() {
  row P6 'GICC access, outside the guest' "$platform" "$(each "$platform" 8 hypervisor)" instructions 0
  row P6 'EOI, outside the guest' "$platform" "$(each "$platform" 9 hypervisor)" instructions 0
  row P6 'WFI with an interrupt pending, outside the guest' "$platform" \
    "$(each "$platform" 10 hypervisor)" instructions 0
}
