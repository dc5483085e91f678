#!/usr/bin/env bash
# LeNet-5 on the handwritten digits, 16 x 16, from bags of which only the counts of the classes are known, beside
# supervised training (bags of 1). "passes" is how often the 1,437 pictures are shuffled and cut into bags: with 1,
# each is in one bag at most. A run that is among the results already is not run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
tool=${TOOL:-.build/release/combinatorial-losses}
results=Benchmarks/results/digit-proportions.jsonl
folder=.build/digit-proportions
touch $results

# train SIZE PASSES EPOCHS SEED
train() {
  local size=$1 passes=$2 epochs=$3 seed=$4
  local bags=$folder/$size-$passes
  local data="combinatorial-losses data bags --data digits --labels counts --bag-size $size --passes $passes --output $bags"
  local train="combinatorial-losses bags train --data bags:$bags/bags.jsonl --test $bags/test.jsonl --picture-size 16 --gray \
--model lenet --learning-rate 0.02 --epochs $epochs --seed $seed --no-evaluate-every-epoch"
  grep --quiet --fixed-strings "\"$data && $train\"" $results && return
  [ -e "$bags/bags.jsonl" ] || $tool ${data#* } > /dev/null
  local result
  result=$($tool ${train#* })
  echo "{\"bagSize\":$size,\"passes\":$passes,\"seed\":$seed,\"command\":\"$data && $train\",\"result\":$result}" >> $results
}

# Large bags are few, so that they need more passes for as many steps.
for seed in 1 2 3; do
  train 1 1 60 $seed
  train 16 1 60 $seed
  train 64 1 60 $seed
  train 64 1 200 $seed
  train 64 10 6 $seed
  train 64 10 20 $seed
  train 256 1 60 $seed
  train 256 30 2 $seed
done
