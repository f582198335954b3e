# SPDX-License-Identifier: BSD-2-Clause
# What the first processes of the guests with virtual devices share: the words on the kernel's
# command line, and the devices. Read by BusyBox's shell and by Debian's.
#   serai.modules=A,B         loads these modules too; those of the devices are loaded anyway
#   serai.root=DEVICE[,ro]    the ext4 file system to go on with, instead of the initramfs
#   serai.name=NAME           the host name, also the prompt's (without it the prompt is "guest# ")
#   serai.ip=NIC[,ADDRESS/BITS[,GATEWAY]]   sets up an interface; as often as there are any
#   serai.shell=TTY,TTY       where shells run, instead of the kernel's own console
#   serai.do=WHAT             poweroff or reboot, right after the ready line
# shellcheck disable=SC2046 # words that split are meant to

# word NAME: the value of a word, the last one if there are several; or nothing.
word() { words "$1" | tail -n 1; }

# words NAME: all values of a word, a line each.
words() {
  for each in $(cat /proc/cmdline); do
    case $each in
      "serai.$1="*) echo "${each#*=}" ;;
    esac
  done
}

# split TEXT: commas to blanks.
split() { echo "$1" | tr , ' '; }

# load MODULE...: a module that is built in or does not exist does no harm.
load() { for each in "$@"; do modprobe -q "$each" 2>/dev/null; done; }

# plug BUS: loads the drivers of the devices that are there.
plug() {
  for each in /sys/bus/"$1"/devices/*/modalias; do
    [ -e "$each" ] && modprobe -q "$(cat "$each")" 2>/dev/null
  done
}

# load_drivers: the transports' first, for they bring the devices.
load_drivers() {
  plug platform
  plug pci
  plug virtio
  load $(split "$(word modules)")
}

# set_up_names: host name and prompt.
set_up_names() {
  PS1="$(word name)"
  [ -z "$PS1" ] || echo "$PS1" >/proc/sys/kernel/hostname
  PS1="${PS1:-guest}# "
  export PS1
}

# set_up_network: the interfaces that the words name, and the one that always is.
set_up_network() {
  ip link set lo up
  for one in $(words ip); do
    set -- $(split "$one")
    ip link set "$1" up
    [ -z "$2" ] || ip addr add "$2" dev "$1"
    [ -z "$3" ] || ip route add default via "$3"
  done
}

# terminals: where shells run, if it is there.
terminals() {
  set -- $(split "$(word shell)")
  [ $# != 0 ] || set -- $(tr ' ' '\n' </sys/class/tty/console/active | tail -n 1)
  for each in "$@"; do
    if (: <"/dev/$each") 2>/dev/null; then
      echo "$each"
    else
      echo "serai-guest: no $each" >/dev/console
    fi
  done
}

# shell_on TTY COMMAND...: a shell there, again and again.
shell_on() {
  tty=/dev/$1
  shift
  while :; do
    setsid -c "$@" <"$tty" >"$tty" 2>&1
    sleep 1
  done
}

# ready: says so where the shells are, and does what serai.do says.
ready() {
  for each in $(terminals); do
    echo "serai-guest: ready ($(uname -r))" >/dev/"$each"
  done
  case $(word 'do') in
    poweroff) poweroff -f ;;
    reboot) reboot -f ;;
  esac
}

# run_shells COMMAND...: for ever.
run_shells() {
  for each in $(terminals); do
    shell_on "$each" "$@" &
  done
  while :; do wait; sleep 1; done
}
