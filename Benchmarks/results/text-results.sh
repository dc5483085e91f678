#!/bin/sh
# Trains encoder-decoders with position by position cross-entropy and with the alignment loss from the same
# start, and writes one line a run. Runs that are in the file already are not done again; one that was
# interrupted goes on from its checkpoint. A start whose checkpoint is gone is trained again by its line.
#
#   Benchmarks/results/text-results.sh pronunciations|losses|timing|synopses…
#
# The part timing starts from a model of the part losses.
set -eu

tool=${TOOL:-.build/release/combinatorial-losses}
runs=.build/text-results
mkdir -p "$runs"

# train NAME FROM ARGUMENTS...: prints the result; NAME.safetensors exists once it is complete.
train() (
  name=$1
  from=$2
  shift 2
  part=$runs/$name.part.safetensors
  if [ -e "$part" ]; then
    beginning=--resume
  elif [ -n "$from" ]; then
    ensure "$from"
    beginning="--from $runs/$from.safetensors"
  else
    beginning=
  fi
  # shellcheck disable=SC2086
  $tool summarize train "$@" --checkpoint "$part" $beginning
  mv "$part" "$runs/$name.safetensors"
)

# ensure NAME: trains a recorded run again if its checkpoint is gone.
ensure() {
  if [ -e "$runs/$1.safetensors" ]; then return; fi
  line=$(grep -h -F "{\"name\":\"$1\"," Benchmarks/results/text-*.jsonl)
  arguments=$(echo "$line" | sed 's/.*"command":"combinatorial-losses summarize train \([^"]*\)".*/\1/')
  # shellcheck disable=SC2086
  train "$1" "$(echo "$line" | sed 's/.*"from":"\([^"]*\)".*/\1/')" $arguments > /dev/null
}

# record NAME FROM ARGUMENTS...: trains unless that is recorded.
record() {
  name=$1
  from=$2
  shift 2
  command="combinatorial-losses summarize train $*"
  if grep -q -F "\"command\":\"$command\",\"from\":\"$from\"" "$results"; then return; fi
  result=$(train "$name" "$from" "$@")
  echo "{\"name\":\"$name\",\"command\":\"$command\",\"from\":\"$from\",\"result\":$result}" >> "$results"
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

# Every loss with the same feedback, from one teacher-forced start, with and without a token dropped or
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
      for loss in mle alignment $(baselines "$feedback"); do
        # shellcheck disable=SC2086
        record "$loss-$feedback-noise$noise-seed$seed" "$start" $small --target-noise $noise --seed $seed \
          --loss $loss --feedback $feedback --epochs 4 --learning-rate 0.0003
      done
    done
  done
}

# The other gradients of the alignment, which are compared with softmax feedback.
baselines() {
  if [ "$1" = softmax ]; then echo alignment-interpolated alignment-lp; fi
}

# An epoch of 2,000 words with each loss, to compare their times.
timing() {
  for loss in mle alignment soft-alignment alignment-interpolated alignment-lp; do
    record "timing-$loss" "teacher-noise0.5-seed1" --data pronunciations --pairs 2000 --hidden 128 --embedding 64 \
      --loss $loss --feedback softmax --epochs 1 --learning-rate 0.0003 --validation-pairs 100 --seed 1
  done
}

# Titles of Debian's packages, with the copy mechanism, clean and with noise likewise.
synopses() {
  size="--data debian-synopses --copy pointer --vocabulary 5000 --hidden 192 --embedding 96 --batch-size 64"
  for seed in 1 2 3; do
    for noise in 0.0 0.5; do
      start=synopses-noise$noise-seed$seed
      # shellcheck disable=SC2086
      record $start "" $size --target-noise $noise --epochs 5 --seed $seed
      for feedback in softmax gumbel; do
        for loss in mle alignment $(baselines "$feedback"); do
          # shellcheck disable=SC2086
          record $start-$loss-$feedback $start $size --target-noise $noise --loss $loss --feedback $feedback \
            --epochs 2 --learning-rate 0.0003 --seed $seed
        done
      done
    done
  done
}

for part in "$@"; do
  results=Benchmarks/results/text-$part.jsonl
  touch "$results"
  $part
  cat "$results"
done
