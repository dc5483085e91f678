#!/usr/bin/env bash
# Fuzzes kernels and readers; see README.md beside this file.
#
#     Tests/Fuzz/run.sh SECONDS [HARNESS …]    build, then fuzz for about so many seconds in all
#     Tests/Fuzz/run.sh --list                 build, then list the harnesses
#     Tests/Fuzz/run.sh --report               hours, executions and findings by harness and digest
#
# FUZZ_JOBS: processes at once (1). FUZZ_ONLY=kernels or readers: build and run these alone.
# It may be killed and started again: what was found stays in .build-fuzz, and every run is logged when it ends.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/../.."

readonly ROOT=.build-fuzz HERE=Tests/Fuzz CHECK=Tests/KernelCheck
readonly KERNELS=$ROOT/kernels READERS=$ROOT/readers/release LOG=$ROOT/log.jsonl
readonly JOBS=${FUZZ_JOBS:-1} ONLY=${FUZZ_ONLY:-} SECONDS_AN_INPUT=30 SECONDS_A_RUN=300
# Swift's own report of a crash would take longer than an input may.
export SWIFT_BACKTRACE=enable=no
# Readers that take a path get a file; one in memory is five times as fast.
if test -w /dev/shm; then export TMPDIR=/dev/shm; fi
readonly SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
readonly SILENCE="-Wno-pass-failed -Wno-unused-command-line-argument"

# MARK: Build

build_kernels() {
  local root=../../$KERNELS object # from $CHECK; make takes no path with a space
  # Objects of files that have moved since would define every function twice for the digests.
  while IFS= read -r -d '' object; do
    test -e "CSources/CCombinatorialKernels/${object%.o}.c" || rm "$KERNELS/kernels/$object"
  done < <(cd $KERNELS/kernels 2> /dev/null && find . -name '*.o' -print0)
  make -s -C $CHECK -j "$(nproc)" CC="${FUZZ_CC:-clang -fuse-ld=lld} $SANITIZE $SILENCE" BUILD="$root" \
    "$root/kernel_check" "$root/fuzz_kernel"
}

# Readers are not all public: -enable-testing lets the harnesses see the others. -sanitize=fuzzer alone counts
# edges in a way that libFuzzer no longer reads.
build_readers() {
  local flags=() flag
  for flag in -sanitize=fuzzer -sanitize=address -enable-testing \
    -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table; do
    flags+=(-Xswiftc "$flag")
  done
  # Files of a package beside it may have come and gone, which a kept plan of the build does not notice.
  swift build -c release --package-path $HERE --scratch-path $ROOT/readers -j "$JOBS" --product fuzz-readers \
    --disable-build-manifest-caching \
    "${flags[@]}" > $ROOT/readers.txt 2>&1 || { cat $ROOT/readers.txt >&2; return 1; }
}

build() {
  mkdir -p $ROOT
  if test "$ONLY" != readers; then build_kernels; fi
  if test "$ONLY" != kernels; then build_readers; fi
}

# A harness is kernel-PROBLEM or reader-NAME.
list() {
  if test "$ONLY" != readers; then $KERNELS/kernel_check --list | awk '{ print "kernel-" $2 }'; fi
  if test "$ONLY" != kernels; then $READERS/fuzz-readers --list | awk '{ print "reader-" $1 }'; fi
}

# MARK: Digests

# The C files of the kernels that a problem needs: those that define its functions, and what they call.
c_files_of_problem() {
  find $KERNELS/kernels -name '*.o' -print0 | LC_ALL=C sort -z | xargs -0 nm -A -g | awk -v prefix="cl_$1" '
    { file = substr($1, 1, index($1, ":") - 1); symbol = $NF }
    $(NF - 1) == "U" { needs[file] = needs[file] " " symbol; next }
    { home[symbol] = file }
    function want(file,   names, count, i) {
      if (file == "" || file in wanted) return
      wanted[file]
      count = split(needs[file], names, " ")
      for (i = 1; i <= count; i++) if (names[i] in home) want(home[names[i]])
    }
    END {
      for (symbol in home) if (index(symbol, prefix "_") == 1 || symbol == prefix) want(home[symbol])
      for (file in wanted) print file
    }' | sed "s|^$KERNELS/kernels/|CSources/CCombinatorialKernels/|; s|o$|c|" | LC_ALL=C sort
}

# SHA-256 over what the compiler makes of the kernels' text: comments do not count, headers do.
digest_of_problem() {
  local files
  files=$(c_files_of_problem "$1")
  test -n "$files" || files=$(find CSources/CCombinatorialKernels/src -name '*.c' | LC_ALL=C sort)
  for file in $files; do clang -E -P -ICSources/CCombinatorialKernels/include "$file"; done | sha256sum | cut -d ' ' -f 1
}

# SHA-256 over the Swift files that the reader says it is made of.
digest_of_reader() {
  local folders
  folders=$($READERS/fuzz-readers --list | awk -v name="$1" '$1 == name { $1 = ""; print }')
  # Names are words here. shellcheck disable=SC2086
  find $folders -name '*.swift' -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -d ' ' -f 1
}

digest() {
  case $1 in
    kernel-*) digest_of_problem "${1#kernel-}" ;;
    reader-*) digest_of_reader "${1#reader-}" ;;
  esac
}

# MARK: Run

# What the files of a run say, as one line of JSON.
log_run() {
  local harness=$1 findings=$2 output=$ROOT/runs/$1 seconds executions
  seconds=$(awk 'NR == 2 { gsub("m", " "); gsub("s", ""); print $1 * 60 + $2 + $3 * 60 + $4 }' "$output.times")
  executions=$(awk '$1 == "stat::number_of_executed_units:" { print $2; exit }' "$output.txt")
  printf '{"harness":"%s","date":"%s","cpu_seconds":%s,"executions":%s,"findings":%s,"digest":"%s"}\n' \
    "$harness" "$(date -u +%FT%TZ)" "$seconds" "${executions:-0}" "$findings" "$(cat "$ROOT/digests/$harness")" >> $LOG
}

# Runs a harness for some seconds and logs it. In a subshell of its own, whose children's time is the harness's.
fuzz() {
  local harness=$1 seconds=$2 command longest child status=0 findings=0 isStopped=
  local found=$ROOT/findings/$1 corpus=$ROOT/corpus/$1 output=$ROOT/runs/$1 seeds=()
  mkdir -p "$found" "$corpus"
  case $harness in
    kernel-*) command=$KERNELS/fuzz_kernel longest=600 ;;
    reader-*) command=$READERS/fuzz-readers longest=8192 ;;
  esac
  if test -d "$HERE/corpus/$harness"; then seeds=("$HERE/corpus/$harness"); fi
  if test "$harness" = reader-numpy; then seeds+=(Tests/NumPyFilesTests/Fixtures); fi
  # What was found before is tried again: a fault that is still there is a finding.
  env FUZZ_PROBLEM="${harness#*-}" "$command" -max_total_time="$seconds" -timeout=$SECONDS_AN_INPUT \
    -report_slow_units=$SECONDS_A_RUN -max_len=$longest -len_control=0 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$found/" "$corpus" "${seeds[@]}" "$found" > "$output.txt" 2>&1 &
  child=$!
  # At the signal that ends this script libFuzzer ends too, and its run is logged like any other.
  trap 'isStopped=1; kill -TERM $child 2> /dev/null' TERM INT
  wait $child || status=$?
  # A signal ends the waiting, not the child.
  if test -n "$isStopped"; then status=0; wait $child || status=$?; fi
  times > "$output.times"
  case $status in
    0 | 72) ;; # its time is over, or it was told to end
    *) findings=1; cp "$output.txt" "$found.txt"; touch "$output.failed" ;;
  esac
  log_run "$harness" $findings
}

# Each harness gets its share, in runs of a few minutes so that little is lost when all this is killed.
fuzz_all() {
  local seconds=$1 harness share rounds round
  shift
  share=$((seconds * JOBS / $#))
  share=$((share > seconds ? seconds : share < 1 ? 1 : share))
  rounds=$(((share + SECONDS_A_RUN - 1) / SECONDS_A_RUN))
  mkdir -p $ROOT/runs $ROOT/digests
  rm -f $ROOT/runs/*.failed
  for harness in "$@"; do digest "$harness" > "$ROOT/digests/$harness"; done
  trap 'kill -TERM $(jobs -p); wait; exit 130' INT TERM
  for ((round = 0; round < rounds; round++)); do
    for harness in "$@"; do
      if test -e "$ROOT/runs/$harness.failed"; then continue; fi
      while test "$(jobs -rp | wc -l)" -ge "$JOBS"; do wait -n; done
      (fuzz "$harness" $((share / rounds))) &
    done
    wait
  done
  for harness in $ROOT/runs/*.failed; do
    harness=$(basename "$harness" .failed)
    echo "finding: $harness, see $ROOT/findings/$harness and $ROOT/findings/$harness.txt" >&2
    seconds=failed
  done
  test "$seconds" != failed
}

report() {
  test -f $LOG || { echo "run.sh: no runs in $LOG" >&2; exit 1; }
  mkdir -p $ROOT/digests
  local harness
  for harness in $(list); do digest "$harness" > "$ROOT/digests/$harness"; done
  tr -d '{}"' < $LOG | awk -F '[:,]' -v digests="$ROOT/digests/" '
    { for (i = 1; i < NF; i++) if ($i ~ /^[a-z_]+$/) field[$i] = $(i + 1)
      key = sprintf("%-34s %.12s", field["harness"], field["digest"])
      hours[key] += field["cpu_seconds"] / 3600; executions[key] += field["executions"]; findings[key] += field["findings"]
      if (!(field["harness"] in now)) { getline now[field["harness"]] < (digests field["harness"]) }
      current[key] = now[field["harness"]] == field["digest"] ? "now" : "" }
    END { for (key in hours)
      printf "%s %8.2f h %12d executions %3d findings %s\n", key, hours[key], executions[key], findings[key], current[key] }' \
    | LC_ALL=C sort
}

case ${1:-} in
  --list) build; list ;;
  --report) report ;;
  '' | *[!0-9]*) sed -n '4,9s/^# *//p' "$0" >&2; exit 64 ;;
  *)
    seconds=$1
    shift
    build
    test $# -gt 0 || mapfile -t harnesses < <(list)
    fuzz_all "$seconds" "${@:-${harnesses[@]}}"
    ;;
esac
