# SPDX-License-Identifier: BSD-2-Clause
# What ./dev examples types and waits for.
# shellcheck shell=bash
prepare_images() { net_guest; }

steps() {
  see 'serai-guest: ready' 2 &&
    guest 1 && enter 'iperf3 --server --one-off >/dev/null &' &&
    guest 2 && enter 'ping -c 3 10.0.2.15' && see '3 packets received' &&
    enter 'iperf3 --client 10.0.2.15 --bytes 64M --format m' && see 'receiver' &&
    guest 1 &&
    enter 'printf "HTTP/1.0 200 OK\r\n\r\nhello from the server\n" | nc -l -p 80 &' &&
    sleep 2 && outside ask_server && see 'hello from the server' 2 &&
    enter 'poweroff -f' && guest 2 && enter 'poweroff -f'
}

# ask_server: what a browser on this machine would see.
ask_server() {
  exec 9<>/dev/tcp/127.0.0.1/25580 && printf 'GET / HTTP/1.0\r\n\r\n' >&9 && timeout 30 cat <&9
}
