#!/usr/bin/env bash
# Measures the whole system in one go and writes benchmarks/results/DATE-PROCESSOR-CORES-load.md. See benchmarks/README.md.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
. "$root/eng/build.sh"

model=$root/models/limner-first options=() quick=
python=${LIMNER_PYTHON:-/usr/bin/python3}
while [ $# -gt 0 ]; do
    case $1 in
        --model) model=$(readlink -f "${2:?--model needs a folder}"); shift 2 ;;
        --only) options+=(--only "${2:?--only needs names: throughput,latency,stages,accept}") quick=yes; shift 2 ;;
        --quick) options+=(--quick) quick=yes; shift ;;
        *) say "usage: benchmarks/load.sh [--model DIR] [--only PART,…] [--quick]"; exit 2 ;;
    esac
done
[ -f "$model/model_index.json" ] || { say "There is no model in $model; choose another with --model DIR."; exit 2; }

require_packages
find_dotnet
mkdir -p "$state"
started=$SECONDS
build benchmarks/Load "$state/load-build.log"
if "$python" -c 'import celery' 2>/dev/null; then options+=(--celery "$python"); fi

# What was committed is on the disk, for them and for us.
export LIMNER_SERVERS_FSYNC=on
commit=$(git -C "$root" describe --always --dirty 2>/dev/null || true)
"$dotnet" "$root/benchmarks/Load/$binaries/Limner.Load.dll" --model "$model" --celery-script "$root/benchmarks/celery_chain.py" --commit "$commit" "${options[@]}" >"$state/load.md"

processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1 | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9' '-' | sed 's/^-//; s/-$//')
result=$root/benchmarks/results/$(date +%F)-${processor:-unknown}-$(nproc)-load.md
# A part or a quick run is for trying; it never replaces a result.
if [ -z "$quick" ]; then mkdir -p "${result%/*}"; mv "$state/load.md" "$result"; else result=$state/load.md; fi
cat "$result"
say "load: $result, $((SECONDS - started)) s"
