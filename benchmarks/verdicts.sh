#!/usr/bin/env bash
# Draws pictures and has the Moderation service judge them: benchmarks/verdicts.sh OUT [--model DIR] [--pictures N] [--size SIDE]
# What it writes, training/score_verdicts.py reads.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
. "$root/eng/build.sh"
[ $# -gt 0 ] && [ "${1#-}" = "$1" ] || { say "usage: benchmarks/verdicts.sh OUT [--model DIR] [--pictures N] [--size SIDE]"; exit 2; }
out=$1
shift
model=(--model "$root/models/limner-first")
case " $* " in *" --model "*) model=() ;; esac

require_packages
find_dotnet
mkdir -p "$state" "$out"
build benchmarks/Verdicts "$state/verdicts-build.log"
"$dotnet" "$root/benchmarks/Verdicts/$binaries/Limner.Verdicts.dll" --out "$out" "${model[@]}" "$@"
say "verdicts: $out/verdicts.jsonl, $(wc -l <"$out/verdicts.jsonl") pictures"
