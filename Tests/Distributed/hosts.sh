#!/usr/bin/env bash
# Two hosts in one machine: network namespaces joined by a cable. Runs a command under mpirun, one process on each.
#
#     Tests/Distributed/hosts.sh RATE COMMAND…    RATE: of the cable, as tc has it (1gbit), or any
#
# Needs root and the command ip (iproute2). Other scripts source this for its functions.
set -euo pipefail

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 TMPDIR=/tmp
first=training-$$-a second=training-$$-b
folder=$(mktemp -d)

clean() {
  # shellcheck disable=SC2046
  kill -9 $(ip netns pids "$first" 2> /dev/null) $(ip netns pids "$second" 2> /dev/null) 2> /dev/null || true
  ip netns delete "$first" 2> /dev/null || true
  ip netns delete "$second" 2> /dev/null || true
  rm -rf "$folder"
}
trap clean EXIT

can_have_hosts() {
  [ "$(id -u)" -eq 0 ] && command -v ip > /dev/null && ip netns add "$first" 2> /dev/null && ip netns delete "$first"
}

# connect RATE: makes both hosts.
connect() {
  ip netns add "$first"
  ip netns add "$second"
  ip link add cable-a netns "$first" type veth peer name cable-b netns "$second"
  ip -n "$first" address add 10.77.0.1/24 dev cable-a
  ip -n "$second" address add 10.77.0.2/24 dev cable-b
  for host in "$first:cable-a" "$second:cable-b"; do
    ip -n "${host%%:*}" link set lo up
    ip -n "${host%%:*}" link set "${host##*:}" up
    if [ "$1" != any ]; then
      ip netns exec "${host%%:*}" tc qdisc add dev "${host##*:}" root tbf rate "$1" burst 256kb latency 50ms
    fi
  done
  # What mpirun takes for ssh: its first argument is the host, of which there is one.
  cat > "$folder/shell" << SCRIPT
#!/bin/sh
shift
exec ip netns exec $second unshare --uts sh -c "hostname second; \$*"
SCRIPT
  chmod +x "$folder/shell"
}

# on_two COMMAND…: runs it on both.
on_two() {
  ip netns exec "$first" unshare --uts sh -c 'hostname first; exec "$@"' sh \
    mpirun -n 2 --bind-to none --host 10.77.0.1,10.77.0.2 --mca plm rsh --mca plm_rsh_agent "$folder/shell" \
    --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 \
    --mca oob_tcp_keepalive_time 1 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3 "$@"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  connect "$1"
  on_two "${@:2}"
fi
