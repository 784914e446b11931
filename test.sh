#!/usr/bin/env bash
# Every check of the project: format, build with warnings as errors, all tests. The last line is "N passed, N failed".
set -euo pipefail
# Nothing here asks anything, and a caller's closed standard input must not become the number of some file.
exec </dev/null
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$root/eng/build.sh"

usage() {
    cat <<'TEXT'
usage: ./test.sh [PROJECT …] [-- OPTION …]

Checks formatting, builds everything with warnings as errors and runs every test project under tests/.
  ./test.sh Diffusion                          only tests/Diffusion.Tests (still builds what changed)
  ./test.sh Diffusion -- --filter-class '*Ddim*'   options after -- go to the test programs

Reports are left in .build/tests/*.trx. The last line is "N passed, N failed"; the exit status is 0 only
if nothing failed, every project ran at least one test and every step before the tests succeeded.
LIMNER_TEST_LIMIT gives the seconds that one project may take (900); one that takes longer is stopped and has failed.
TEXT
}

projects=() options=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --) shift; options=("$@"); break ;;
        -*) say "Unknown option $1; see ./test.sh --help."; exit 2 ;;
        *)
            name=${1%/}; name=${name##*/}; name=${name%.Tests}
            [ -d "$root/tests/$name.Tests" ] || { say "There is no test project tests/$name.Tests; there are: $(cd "$root/tests" && echo *.Tests)."; exit 2; }
            projects+=("$name.Tests"); shift ;;
    esac
done
if [ ${#projects[@]} -eq 0 ]; then
    for folder in "$root"/tests/*.Tests; do projects+=("${folder##*/}"); done
fi

passed=0 failed=0 running=
# However the script ends, the last line and the exit status tell: a step that could not be done is a failure like a test that failed.
conclude() {
    local status=$?
    trap - EXIT
    if [ -n "$running" ]; then kill "$running" 2>/dev/null || true; wait "$running" || true; fi
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
    if [ "$status" -eq 0 ] && [ "$failed" -ne 0 ]; then status=1; fi
    printf '%d passed, %d failed\n' "$passed" "$failed"
    exit "$status"
}
trap conclude EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

require_packages
find_dotnet
# For the tests that start the command line: an SDK that was found need not be on the caller's path.
export DOTNET_ROOT
DOTNET_ROOT=$(dirname "$(readlink -f "$dotnet")")
PATH=$DOTNET_ROOT:$PATH
mkdir -p "$state/tests"
sources=(libs services hosts tests benchmarks Limner.slnx "${house[@]}")
now=$(fingerprint "${sources[@]}")
stamp=$state/tests${variant:+-gpu}.stamp

program_of() { find "$root/tests/$1/$binaries" -maxdepth 1 -name '*.Tests' -type f -executable 2>/dev/null | head -1 || true; }

everything_is_there() {
    local project
    [ -f "$root/hosts/Standalone/$binaries/limner.dll" ] || return 1
    for project in "${projects[@]}"; do [ -n "$(program_of "$project")" ] || return 1; done
}

if [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && everything_is_there; then
    echo "format and build: nothing changed since they last passed"
else
    echo "format: checking"
    if ! (cd "$root" && "$dotnet" format whitespace . --folder --verify-no-changes --exclude '**/bin/**' '**/obj/**') >"$state/format.log" 2>&1; then
        grep -m 20 -E 'error|warning' "$state/format.log" | sed "s|$root/||g" || cat "$state/format.log"
        echo "Mend it with: dotnet format whitespace . --folder"
        exit 1
    fi
    echo "build: everything, warnings are errors"
    exec 9>"$state/lock"
    flock 9
    rm -f "$stamp"
    command_line=$(fingerprint libs services hosts "${house[@]}")
    # What a build that was stopped left behind may be cut short, and newer than its sources: the next one makes all of it again, here and in ./limner.
    unfinished=("$state/tests${variant:+-gpu}.unfinished" "$state/limner${variant:+-gpu}.unfinished")
    again=()
    [ ! -e "${unfinished[0]}" ] && [ ! -e "${unfinished[1]}" ] || again=(--no-incremental)
    touch "${unfinished[@]}"
    built=true
    build Limner.slnx "$state/build.log" "${again[@]}" 2>&1 || built=false
    rm -f "${unfinished[@]}"
    $built || exit 1
    printf '%s\n' "$now" >"$stamp"
    printf '%s\n' "$command_line" >"$state/limner${variant:+-gpu}.stamp"
    exec 9>&-
fi

# counter NAME REPORT: an attribute of the <Counters> element of a TRX report; test output is escaped there and cannot be mistaken for it.
counter() { [ ! -f "$2" ] || sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$2"; }

limit=${LIMNER_TEST_LIMIT:-900}
for project in "${projects[@]}"; do
    program=$(program_of "$project")
    report=$state/tests/$project.trx
    log=$state/tests/$project.log
    rm -f "$report"
    if [ -z "$program" ]; then
        echo "$project: no test program was built; is it in Limner.slnx?"
        failed=$((failed + 1))
        continue
    fi
    started=$SECONDS
    echo "$project: running"
    status=0
    # A test program that hangs is a failure, not a wait. In the background, since bash would hear Ctrl-C only when the program has ended;
    # and with the default action for it, which bash takes from what runs there, as do nohup and some CI runners.
    timeout --kill-after=30 "$limit" env --default-signal=INT,QUIT "$program" --no-banner --progress off \
        --report-xunit-trx --report-xunit-trx-filename "$project.trx" --results-directory "$state/tests" "${options[@]}" >"$log" 2>&1 &
    running=$!
    wait "$running" || status=$?
    running=
    total=$(counter total "$report") ok=$(counter passed "$report") skipped=$(counter notExecuted "$report")
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then echo "$project: stopped after $((SECONDS - started)) s, since it had hung or was killed"; fi
    if [ -z "$total" ] || [ $((total - skipped)) -eq 0 ]; then
        cat "$log"
        echo "$project: no test ran to its end (exit status $status)"
        failed=$((failed + 1))
        continue
    fi
    bad=$((total - ok - skipped))
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$bad" -gt 0 ]; then cat "$log"; elif [ "$skipped" -gt 0 ]; then grep -A1 '^skipped' "$log" || true; fi
    echo "$project: $ok passed, $bad failed, $skipped skipped in $((SECONDS - started)) s"
    passed=$((passed + ok)) failed=$((failed + bad))
done
