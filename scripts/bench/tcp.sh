# SPDX-License-Identifier: BSD-2-Clause
# Row P10: iperf3 between two Linux guests beside iperf3 to itself in one of them: instructions and
# exits, counted, and the time that each takes, in turn.
#
# What the program does beside sending is the same for few bytes and for many, so the figures are the
# difference of the two. The sections: 1 few and 2 many bytes in one guest, 3 few and 4 many between
# both. One stream each goes before: Linux needs a second until it has random numbers.
# shellcheck shell=bash

tcp_few=4194304
tcp_many=37748736
tcp_bytes=$((tcp_many - tcp_few))
tcp_here='iperf3 -c 127.0.0.1 -n'
tcp_there='iperf3 -c 10.0.0.1 -n'
# To the console, for the first or the second guest.
to_guest() { printf '\035%s%s\n' "$1" "$2"; }

prepare_P10() {
  fetch_debian_guests "$bench_guest" && net_initramfs "$bench_guest"
}

# tcp_ready: both guests are there, with a server each, and have sent something. What is waited for is
# written so that its echo is something else.
tcp_ready() {
  local guest
  wall_until here 'serai-guest: ready' && wall_until here 'serai-guest: ready' || return
  for guest in 1 2; do
    wall_type here "$(to_guest "$guest" "iperf3 -s -D; echo server-is' 'there")"$'\n'
    wall_until here 'server-is there' || return
  done
  wall_time here "$tcp_here $tcp_few" receiver >/dev/null &&
    wall_time here "$tcp_there $tcp_few" receiver >/dev/null
}

tcp_steps() {
  printf '%s; ' mark1 "$tcp_here $tcp_few" mark2 "$tcp_here $tcp_many" \
    mark3 "$tcp_there $tcp_few" mark4 "$tcp_there $tcp_many" mark5 "echo all-is' 'done"
}

# tcp_share FEW MANY WHAT COUNT: of what section MANY has more than FEW, the share of each of COUNT.
tcp_share() {
  local few many
  few=$(counted "$platform" tcp "$1" "$3")
  many=$(counted "$platform" tcp "$2" "$3")
  awk -v few="$few" -v many="$many" -v count="$4" 'BEGIN {
    if ((few many) ~ /missing/) print "missing"; else printf "%.3f\n", (many - few) / count }'
}

count_tcp() {
  local folder argument status=0
  local -a arguments=()
  folder=$(bench_folder tcp)
  while read -r argument; do
    arguments+=("--qemu-arg=$argument")
  done < <(plugin_arguments "$platform" "$folder/$platform.counts")
  rm -f "$folder/$platform.counts"
  step "counting: TCP between guests on $platform"
  wall_start here "$folder/$platform.count.log" "$serai" run "$folder/system.toml" \
    --platform "$platform" --icount "${arguments[@]}"
  tcp_ready && wall_time here "$(tcp_steps)" 'all-is done' >/dev/null || status=1
  wall_type here "$(to_guest 1 'poweroff -f')"$'\n'"$(to_guest 2 'poweroff -f')"$'\n'
  ((status != 0)) || wait "${wall_pid[here]}" || status=1
  wall_stop here
  return "$status"
}

time_tcp() {
  local folder=$bench/tcp status=0 round here there
  step "timing: $wall_rounds streams between guests and in one on $platform"
  : >"$folder/$platform.ratios"
  wall_start here "$folder/$platform.log" "$serai" run "$folder/system.toml" --platform "$platform"
  tcp_ready || status=1
  for ((round = 0; status == 0 && round < wall_rounds; ++round)); do
    here=$(wall_time here "$tcp_here $tcp_many" receiver) &&
      there=$(wall_time here "$tcp_there $tcp_many" receiver) ||
      status=1
    awk -v a="$there" -v b="$here" 'BEGIN { if (b > 0) print a / b }' >>"$folder/$platform.ratios"
  done
  wall_stop here
  return "$status"
}

measure_P10() {
  local status=0
  count_tcp || status=1
  time_tcp || status=1
  return "$status"
}

rows_P10() {
  local here there ratio what
  here=$(tcp_share 1 2 all "$tcp_bytes")
  there=$(tcp_share 3 4 all "$tcp_bytes")
  [[ "$here $there" == *missing* ]] && ratio=missing ||
    ratio=$(awk -v a="$there" -v b="$here" 'BEGIN { printf "%.3f", a / b }')
  # Half of the throughput is twice the time.
  row P10 'TCP between guests, against loopback' "$platform" "$ratio" ratio 2
  row P10 'TCP in one guest, a byte' "$platform" "$here" instructions -
  for what in all guest hypervisor vmm network_switch; do
    row P10 "TCP between guests, a byte, $what" "$platform" \
      "$(tcp_share 3 4 "$what" "$tcp_bytes")" instructions -
  done
  row P10 'TCP between guests, exits for 64 KiB' "$platform" \
    "$(tcp_share 3 4 "$(exits_there)" $((tcp_bytes / 65536)))" exits 1
  wall_rows P10 'TCP between guests, time against loopback' "$bench/tcp/$platform.ratios" 2
}
