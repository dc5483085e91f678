#!/bin/sh
# Trains encoder-decoders with position by position cross-entropy and with the alignment loss from the same
# start, and writes one line a run. Runs that are in the file already are not done again; one that was
# interrupted goes on from its checkpoint.
#
#   Benchmarks/results/text-results.sh pronunciations|losses|timing|synopses…
#
# The part timing starts from a model of the part losses, and reads no other part's results.
set -eu

tool=${TOOL:-.build/release/combinatorial-losses}
runs=.build/text-results
mkdir -p "$runs"

# record NAME FROM ARGUMENTS...: trains unless that is recorded; keeps the checkpoint as NAME.
record() {
  name=$1
  from=$2
  shift 2
  command="combinatorial-losses summarize train $*"
  file=$runs/$name.safetensors
  if grep -q -F "\"command\":\"$command\",\"from\":\"$from\"" "$results" && [ -e "$file" ]; then return; fi
  if [ -e "$file" ]; then
    beginning=--resume
  elif [ -n "$from" ]; then
    beginning="--from $runs/$from.safetensors"
  else
    beginning=
  fi
  # shellcheck disable=SC2086
  result=$($tool summarize train "$@" --checkpoint "$file" $beginning)
  grep -v -F "\"command\":\"$command\",\"from\":\"$from\"" "$results" > "$results.new" || true
  echo "{\"name\":\"$name\",\"command\":\"$command\",\"from\":\"$from\",\"result\":$result}" >> "$results.new"
  mv "$results.new" "$results"
  echo "$name" >&2
}

# As good as it gets on 100,000 words.
pronunciations() {
  large="--data pronunciations --pairs 100000 --hidden 256"
  # shellcheck disable=SC2086
  record pronunciations-start "" $large --epochs 8 --batch-size 128 --seed 1
  # shellcheck disable=SC2086
  record pronunciations pronunciations-start $large --epochs 5 --batch-size 128 --dropout 0.1 --learning-rate 0.001 \
    --schedule cosine --seed 2
}

# Both losses with the same feedback, from one teacher-forced start, with and without a token dropped or
# doubled in half of the training targets.
losses() {
  small="--data pronunciations --pairs 30000 --hidden 128 --embedding 64 --batch-size 64"
  for setting in "0.5 softmax" "0.0 softmax" "0.5 gumbel" "0.0 gumbel"; do
    noise=${setting% *}
    feedback=${setting#* }
    for seed in 1 2 3; do
      start=teacher-noise$noise-seed$seed
      # shellcheck disable=SC2086
      record "$start" "" $small --target-noise $noise --seed $seed --epochs 5
      for loss in mle alignment; do
        # shellcheck disable=SC2086
        record "$loss-$feedback-noise$noise-seed$seed" "$start" $small --target-noise $noise --seed $seed \
          --loss $loss --feedback $feedback --epochs 4 --learning-rate 0.0003
      done
    done
  done
}

# An epoch of 2,000 words with each loss, to compare their times.
timing() {
  for loss in mle alignment soft-alignment alignment-interpolated alignment-lp; do
    record "timing-$loss" "teacher-noise0.5-seed1" --data pronunciations --pairs 2000 --hidden 128 --embedding 64 \
      --loss $loss --feedback softmax --epochs 1 --learning-rate 0.0003 --validation-pairs 100 --seed 1
  done
}

# Titles of Debian's packages, with the copy mechanism.
synopses() {
  size="--data debian-synopses --copy pointer --vocabulary 5000 --hidden 192 --embedding 96 --batch-size 64"
  # shellcheck disable=SC2086
  record synopses "" $size --epochs 5 --seed 1
  for loss in mle alignment; do
    # shellcheck disable=SC2086
    record "synopses-$loss-softmax" synopses $size --loss $loss --feedback softmax --epochs 2 \
      --learning-rate 0.0003 --seed 1
  done
}

for part in "$@"; do
  results=Benchmarks/results/text-$part.jsonl
  touch "$results"
  $part
  cat "$results"
done
