#!/bin/sh
# Trains encoder-decoders with position by position cross-entropy and with the alignment loss from the same
# start, and writes one line a run. Runs that are in the file already are not done again; one that was
# interrupted goes on from its checkpoint.
#
#   Benchmarks/results/text-results.sh pronunciations|losses|synopses
set -eu

tool=.build/release/combinatorial-losses
results=Benchmarks/results/text.jsonl
runs=.build/text-results
mkdir -p "$runs"
touch "$results"

# record NAME FROM ARGUMENTS...: trains unless that is recorded; keeps the checkpoint as NAME.
record() {
  name=$1
  from=$2
  shift 2
  command="combinatorial-losses summarize train $*"
  file=$runs/$name.safetensors
  if grep -q -F "\"command\":\"$command\",\"from\":\"$from\"" "$results" && [ -e "$file" ]; then return; fi
  if [ -e "$file" ]; then
    start=--resume
  elif [ -n "$from" ]; then
    start="--from $runs/$from.safetensors"
  else
    start=
  fi
  # shellcheck disable=SC2086
  result=$($tool summarize train "$@" --checkpoint "$file" $start)
  grep -v -F "\"command\":\"$command\",\"from\":\"$from\"" "$results" > "$results.new" || true
  echo "{\"name\":\"$name\",\"command\":\"$command\",\"from\":\"$from\",\"result\":$result}" >> "$results.new"
  mv "$results.new" "$results"
  echo "$name" >&2
}

# As good as it gets on 100,000 words.
pronunciations() {
  record pronunciations "" --data pronunciations --pairs 100000 --hidden 256 --epochs 8 --batch-size 128 --seed 1
}

# Both losses with the same feedback, from one teacher-forced start, with and without a token dropped or
# doubled in half of the training targets.
losses() {
  small="--data pronunciations --pairs 30000 --hidden 128 --embedding 64 --batch-size 64"
  for noise in 0.5 0.0; do
    for seed in 1 2 3; do
      start=teacher-noise$noise-seed$seed
      # shellcheck disable=SC2086
      record "$start" "" $small --target-noise $noise --seed $seed --epochs 6
      for feedback in softmax gumbel; do
        for loss in mle alignment; do
          # shellcheck disable=SC2086
          record "$loss-$feedback-noise$noise-seed$seed" "$start" $small --target-noise $noise --seed $seed \
            --loss $loss --feedback $feedback --epochs 4 --learning-rate 0.001
        done
      done
    done
  done
}

# Titles of Debian's packages, with the copy mechanism.
synopses() {
  size="--data debian-synopses --copy pointer --minimum-count 5 --hidden 192 --embedding 96 --batch-size 64"
  # shellcheck disable=SC2086
  record synopses "" $size --epochs 8 --seed 1
  for loss in mle alignment; do
    # shellcheck disable=SC2086
    record "synopses-$loss-softmax" synopses $size --loss $loss --feedback softmax --epochs 3 \
      --learning-rate 0.0005 --seed 1
  done
}

for part in "${@:-pronunciations}"; do $part; done
