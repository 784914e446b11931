#!/usr/bin/env bash
# Measures everything in one go and writes benchmarks/results/DATE-PROCESSOR-CORES.md. See benchmarks/README.md.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
. "$root/eng/build.sh"

model=$root/models/limner-first quick=() runs=5
python=${LIMNER_PYTHON:-/usr/bin/python3}
while [ $# -gt 0 ]; do
    case $1 in
        --model) model=$(readlink -f "${2:?--model needs a folder}"); shift 2 ;;
        --quick) quick=(--quick) runs=2; shift ;;
        *) say "usage: benchmarks/run.sh [--model DIR] [--quick]"; exit 2 ;;
    esac
done
[ -f "$model/model_index.json" ] || { say "There is no model in $model; choose another with --model DIR."; exit 2; }

require_packages
find_dotnet
mkdir -p "$state"
started=$SECONDS
# The launcher builds if it has to, which must not happen while it is measured.
"$root/limner" --version >/dev/null
build benchmarks/Micro "$state/benchmarks-build.log"

torch=()
if "$python" -c 'import torch' 2>/dev/null; then
    say "benchmarks: PyTorch"
    "$python" "$root/benchmarks/pytorch.py" --model "$model" --runs "$runs" >"$state/pytorch.jsonl"
    torch=(--pytorch "$state/pytorch.jsonl")
fi

say "benchmarks: Limner"
commit=$(git -C "$root" describe --always --dirty 2>/dev/null || true)
"$dotnet" "$root/benchmarks/Micro/$binaries/Limner.Micro.dll" --model "$model" --command "$root/limner" --commit "$commit" "${torch[@]}" "${quick[@]}" >"$state/benchmarks.md"

processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1 | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9' '-' | sed 's/^-//; s/-$//')
result=$root/benchmarks/results/$(date +%F)-${processor:-unknown}-$(nproc).md
# A quick run is for trying the scripts; it never replaces a result.
if [ ${#quick[@]} -eq 0 ]; then mkdir -p "${result%/*}"; mv "$state/benchmarks.md" "$result"; else result=$state/benchmarks.md; fi
cat "$result"
say "benchmarks: $result, $((SECONDS - started)) s"
