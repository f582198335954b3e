# SPDX-License-Identifier: BSD-2-Clause
# iperf.py FILE: "agree" if both ends of a run of iperf3 tell of the same, else what they say.
import json
import sys

result = json.load(open(sys.argv[1]))
end = result.get("end", {})
server = result.get("server_output_json", {}).get("end", {})
is_udp = result["start"]["test_start"]["protocol"] == "UDP"
is_reverse = result["start"]["test_start"]["reverse"] == 1
if "error" in result:
    print(result["error"])
elif is_udp:
    sender, receiver = (server, end) if is_reverse else (end, server)
    told = (sender["sum"]["packets"], receiver["sum"]["packets"], receiver["sum"]["lost_packets"])
    print("agree" if 0 < told[1] <= told[0] else f"sent {told[0]}, arrived {told[1]}, lost {told[2]}")
else:
    told = [end[name]["bytes"] for name in ("sum_sent", "sum_received")]
    told += [server[name]["bytes"] for name in ("sum_sent", "sum_received") if server[name]["bytes"]]
    sent, arrived = max(told), min(told)
    # The end of a test goes over a connection of its own: whoever receives does not read what is
    # still under way then, so it may tell of a little less.
    print("agree" if 0 < 0.9 * sent <= arrived and len(set(told)) <= 2 else f"bytes told of: {told}")
