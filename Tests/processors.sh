#!/usr/bin/env bash
# Runs the tests as other processors would: every instruction set of the kernels, every kind of core that OpenBLAS
# chooses its kernels by, as far as this processor runs them. One build serves all; what was built is not built again.
#
#     Tests/processors.sh [ARGUMENT_OF_SWIFT_TEST …]
set -euo pipefail
cd "$(dirname "$0")/.."

flags=$(grep --max-count 1 --extended-regexp '^(flags|Features)' /proc/cpuinfo || true)
has() { for flag in "$@"; do [[ " $flags " == *" $flag "* ]] || return 1; done; }

# The two know nothing of each other, so one run tries one of each.
variants=("CL_INSTRUCTION_SET=scalar")
if has avx; then variants=("CL_INSTRUCTION_SET=scalar OPENBLAS_CORETYPE=Sandybridge"); fi
if has avx2 fma; then variants+=("CL_INSTRUCTION_SET=avx2 OPENBLAS_CORETYPE="{Haswell,Zen}); fi
if has avx512f avx512dq avx512vl avx512bw; then variants+=("CL_INSTRUCTION_SET=avx512 OPENBLAS_CORETYPE=SkylakeX"); fi

failed=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for variant in "${variants[@]}"; do
  read -ra environment <<< "$variant"
  if env "${environment[@]}" swift test --skip-build "$@" > "$log" 2>&1; then
    summary=$(grep --text 'Test run with' "$log" | tail -n 1)
  else
    summary="FAILED"
    failed+=("$variant")
    grep --text --extended-regexp '^✘.* recorded an issue|^error:|Fatal error' "$log" | head -n 40 || tail -n 40 "$log"
  fi
  echo "$variant: ${summary#* }"
done
echo "$((${#variants[@]} - ${#failed[@]})) passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
