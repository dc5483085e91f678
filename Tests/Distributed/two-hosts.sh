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

# shellcheck source=hosts.sh
source "$(dirname "$0")/hosts.sh"
if ! can_have_hosts; then
  echo "two hosts: not tried, which takes root and network namespaces"
  exit 0
fi
connect any

training=(bags train --data fashion-mnist --model lenet --bag-size 4 --batch-size 32 --pictures 3200 --epochs 40
  --learning-rate 0.02 --no-evaluate-every-epoch --checkpoint "$folder/run.safetensors" --log "$folder/log.jsonl")

fail() {
  echo "two hosts: $1" >&2
  cat "$folder/errors" >&2
  exit 1
}

on_two "$tool" "${training[@]}" > "$folder/output" 2> "$folder/errors" &
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
