#!/usr/bin/env bash
# Trains on two hosts, which are network namespaces joined by a cable; cuts the cable in the middle; goes on with one.
#
#     Tests/Distributed/two-hosts.sh TOOL
#
# Needs root and the command ip (iproute2); passes without where either is missing.
set -euo pipefail

tool=$(realpath "$1")
# When both hosts have to have ended after the cut, in seconds.
patience=20

if [ "$(id -u)" -ne 0 ] || ! command -v ip > /dev/null || ! ip netns add "training-$$-probe" 2> /dev/null; then
  echo "two hosts: not tried, which takes root and network namespaces"
  exit 0
fi
ip netns delete "training-$$-probe"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 TMPDIR=/tmp
folder=$(mktemp -d)
first=training-$$-a second=training-$$-b
clean() {
  # shellcheck disable=SC2046
  kill -9 $(ip netns pids "$first" 2> /dev/null) $(ip netns pids "$second" 2> /dev/null) 2> /dev/null || true
  ip netns delete "$first" 2> /dev/null || true
  ip netns delete "$second" 2> /dev/null || true
  rm -rf "$folder"
}
trap clean EXIT

ip netns add "$first"
ip netns add "$second"
ip link add cable-a netns "$first" type veth peer name cable-b netns "$second"
ip -n "$first" address add 10.77.0.1/24 dev cable-a
ip -n "$second" address add 10.77.0.2/24 dev cable-b
for host in "$first:cable-a" "$second:cable-b"; do
  ip -n "${host%%:*}" link set lo up
  ip -n "${host%%:*}" link set "${host##*:}" up
done

# What mpirun takes for ssh: its first argument is the host, of which there is one.
cat > "$folder/shell" << SCRIPT
#!/bin/sh
shift
exec ip netns exec $second unshare --uts sh -c "hostname second; \$*"
SCRIPT
chmod +x "$folder/shell"

training=(bags train --data fashion-mnist --model lenet --bag-size 4 --batch-size 32 --pictures 3200 --epochs 40
  --learning-rate 0.02 --no-evaluate-every-epoch --checkpoint "$folder/run.safetensors" --log "$folder/log.jsonl")

on_two() {
  ip netns exec "$first" unshare --uts sh -c 'hostname first; exec "$@"' sh \
    mpirun -n 2 --bind-to none --host 10.77.0.1,10.77.0.2 --mca plm rsh --mca plm_rsh_agent "$folder/shell" \
    --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 \
    --mca oob_tcp_keepalive_time 1 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3 \
    "$tool" "${training[@]}" "$@"
}

fail() {
  echo "two hosts: $1" >&2
  cat "$folder/errors" >&2
  exit 1
}

on_two > "$folder/output" 2> "$folder/errors" &
job=$!
for _ in $(seq 600); do
  [ ! -e "$folder/run.safetensors" ] && kill -0 "$job" 2> /dev/null || break
  sleep 0.1
done
[ -e "$folder/run.safetensors" ] || fail "expected a checkpoint after an epoch"
sleep 1
kill -0 "$job" 2> /dev/null || fail "expected a run that is under way"

ip -n "$second" link set cable-b down
cut=$SECONDS
status=0
wait "$job" || status=$?
[ "$status" -ne 0 ] || fail "expected an error without the cable"
while [ -n "$(ip netns pids "$first")$(ip netns pids "$second")" ] && [ $((SECONDS - cut)) -le $patience ]; do sleep 0.1; done
[ $((SECONDS - cut)) -le $patience ] || fail "expected both hosts to end within $patience s"
grep --quiet 10.77.0.2 "$folder/errors" || fail "expected a line that names the host"
echo "two hosts: cut off, ended with status $status after $((SECONDS - cut)) s"

"$tool" "${training[@]}" --resume > "$folder/output" 2> "$folder/errors" || fail "expected to go on with one process"
epochs=$(grep --count '"kind":"epoch"' "$folder/log.jsonl")
[ "$epochs" -ge 40 ] || fail "expected 40 epochs in the log, found $epochs"
echo "two hosts: went on with one, to the end"
