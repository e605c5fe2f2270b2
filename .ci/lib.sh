# What .ci/run and .ci/full share: parts with their times, and a clear end. To be sourced by bash.
# shellcheck shell=bash disable=SC2034

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TERM_COLOR=never RUST_BACKTRACE=1
# Nothing is edited between two builds here, and of the debug information backtraces need no more than lines.
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=line-tables-only CARGO_PROFILE_TEST_DEBUG=line-tables-only

STAGES=(stage1-green-threads stage2-reactor stage3-executor stage4-waker stage5-full)
WORK=$(mktemp -d)
TIMES=()
SKIPPED=()
trap 'finish $?' EXIT
# Who is stopped has not passed.
trap 'exit 130' INT
trap 'exit 143' TERM

# part NAME COMMAND…: runs one part with no input; the first that fails ends the script.
part() {
    local name=$1 began=$SECONDS cpu_began
    shift
    count_cpu
    cpu_began=$CPU
    echo "=== $name"
    # A part runs in a shell of its own: `set -e` does not hold inside a condition.
    ( set -e; "$@" ) </dev/null &
    wait $! || die "$name"
    count_cpu
    TIMES+=("$(printf '%5d s, %5d s of CPU  %s' $((SECONDS - began)) $((CPU - cpu_began)) "$name")")
}

# count_cpu: sets CPU to the seconds of processor that all commands have taken so far. (In a subshell, `times` begins anew.)
count_cpu() {
    times >"$WORK/times"
    CPU=$(tail -1 "$WORK/times" | tr ms '  ' | awk '{ print int($1 * 60 + $2 + $3 * 60 + $4) }')
}

# skip NAME WHY: says that a part cannot run here.
skip() {
    echo "=== $1: SKIPPED, $2"
    SKIPPED+=("$1: $2")
}

die() {
    echo "FAILED: $1"
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# limit SECONDS COMMAND…: a safety net against hangs, where the system has one to offer.
limit() {
    if have timeout; then timeout -k 5 "$@"; else "${@:2}"; fi
}

# At the end: how long each part took, what was left out, and one line that says how it went.
finish() {
    local status=$1
    rm -rf "$WORK"
    [ ${#TIMES[@]} -eq 0 ] || printf '%s\n' "--- times" "${TIMES[@]}"
    [ ${#SKIPPED[@]} -eq 0 ] || printf 'skipped: %s\n' "${SKIPPED[@]}"
    if [ "$status" -eq 0 ]; then
        echo "PASSED in $SECONDS s"
    else
        echo "FAILED after $SECONDS s (see above)"
    fi
}
