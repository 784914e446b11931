#!/usr/bin/env bash
# From nothing to models/limner-world. Every stage resumes where it was interrupted; finished stages are skipped.
# Usage: training/world/run.sh [PART] [SCALE]   PART: all (default), first (towers, autoencoder, second super-resolution),
# second (prior, decoder), third (concepts, first super-resolution, judge; needs the decoder), export.
# SCALE multiplies the minutes of every stage (default 1: reckoned at twenty minutes of one H100, which it has not been run on; a CPU wants some hundred times as long).
# LIMNER_WORLD=small is for two cores without a GPU, with AVX-512: the things of small.txt as flat drawings, without styles and signs, by the first model's networks,
# beginning with its weights.
# With OUT set, the weights of the part are left there in float16, in files under 15 MB, for a machine that is only lent.
set -euo pipefail
cd "$(dirname "$0")"
part=${1:-all} scale=${2:-1}
export LIMNER_RUNS=${LIMNER_RUNS:-$PWD/../runs-world} PYTHONUNBUFFERED=1
mkdir -p "$LIMNER_RUNS"
python=${PYTHON:-python3}
$python -c 'import torch' 2>/dev/null || python=/usr/bin/python3             # Debian's packages, where another Python comes first
# Large blocks kept instead of returned to the system: page faults otherwise cost more than the arithmetic.
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=268435456 OMP_WAIT_POLICY=PASSIVE
if grep -q avx512bw /proc/cpuinfo; then export OPENBLAS_CORETYPE=SKYLAKEX ATEN_CPU_CAPABILITY=avx512; fi
# The stages that are shared take batches for the first model, whose networks are smaller.
half="" batch="" broken=0 version=1.0.0 scenes=400000 windows=36000 minutes=(1.2 .7 1.4 4 5 1.2 5.6 .2)
if [ "${LIMNER_WORLD:-}" = small ]; then
  scenes=80000 windows=3000 version=0.1.0
  export LIMNER_THREADS=1                                                     # a stage on each core
fi
if $python -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then half=HALF=512 batch=BATCH=512; fi

stage() {
  local log="$LIMNER_RUNS/$1.log"
  echo "$(date +%T) $*"
  $python stage.py "$@" >>"$log" 2>&1 || { echo "$1 failed; the end of $log:" >&2; tail -n 8 "$log" >&2; [ -z "${OUT:-}" ] || cp "$log" "$OUT/"; return 1; }
  echo "$(date +%T) $1 done: $(tail -n 1 "$log" | cut -c1-300)"
}
train() { stage "${@:1:$#-1}" "$(awk "BEGIN { print ${*: -1} * $scale }")"; }
together() { local failed=0 job; for job in $(jobs -p); do wait "$job" || failed=1; done; [ $failed = 0 ]; }
scaled() { awk "BEGIN { n = int($1 * $scale); print n < $2 ? $2 : n }"; }
packed() { [ -z "${OUT:-}" ] || $python pack.py pack "$OUT/$1" "${@:2}"; }

if [ "${LIMNER_WORLD:-}" = small ]; then
  if [ "$part" = all ] || [ "$part" = first ]; then
    stage prepare scenes "$(scaled $scenes 300)"
    stage prepare crowds "$(scaled 40000 300)"
    if [ ! -e "$LIMNER_RUNS/clip.pt" ]; then
      LIMNER_RUNS="$LIMNER_RUNS/begun" $python ../recover.py ../../models/limner-first
      stage begin "$LIMNER_RUNS/begun"
    fi
    { train train_towers image 25; } &
    { train train_autoencoder 6 && train train_towers text 12; } &
    together || broken=1
  fi
  if [ "$part" = all ] || [ "$part" = second ]; then
    [ -e "$LIMNER_RUNS/pool/embeds.npy" ] || stage prepare encode
    # The decoder and the prior read what the text tower says in the end.
    { train train_towers match 7; } &
    { stage prepare windows "$(scaled $windows 50)" && train train_superres second 6; } &
    together || broken=1
    { train train_decoder 140 && train concepts 4 && train train_superres first 9; } &
    { train train_prior 138 && train judge 30; } &
    together || broken=1
  fi
else
  # Whatever ends is packed at once: a machine that is lent may be taken back before the rest has ended.
  if [ "$part" = all ] || [ "$part" = first ]; then
    stage prepare scenes "$(scaled $scenes 300)"
    AUTOENCODER=${AUTOENCODER:-${minutes[0]}} SECOND=${SECOND:-${minutes[1]}}
    { train train_autoencoder "$AUTOENCODER" && packed first autoencoder && stage prepare windows "$(scaled $windows 50)" && train train_superres second "$SECOND" && packed first superres_second; } &
    { train train_clip $half "${CLIP:-${minutes[3]}}" && packed first clip; } &
    together || broken=1
  fi
  if [ "$part" = all ] || [ "$part" = second ]; then
    stage prepare scenes "$(scaled $scenes 300)"                              # on a machine that has them, nothing is done
    [ -e "$LIMNER_RUNS/pool/embeds.npy" ] || stage prepare encode
    { train train_decoder $batch "${DECODER:-${minutes[4]}}" && packed second decoder; } &
    { train train_prior $batch "${PRIOR:-${minutes[6]}}" && packed second prior; } &
    together || broken=1
  fi
  if [ "$part" = all ] || [ "$part" = third ]; then
    stage prepare scenes "$(scaled $scenes 300)"
    stage prepare windows "$(scaled $windows 50)"
    { train concepts "${minutes[7]}" && packed third concepts; } &
    { train train_superres first "${FIRST:-${minutes[5]}}" && packed third superres_first; } &
    { train judge "${JUDGE:-${minutes[2]}}" && packed third judge; } &
    together || broken=1
  fi
fi
[ $broken = 0 ] || exit 1
if [ "$part" = all ] || [ "$part" = export ]; then
  cp -r tokenizer "$LIMNER_RUNS/"
  stage export --out "$PWD/../../models/limner-world" --name limner-world --version $version
fi
