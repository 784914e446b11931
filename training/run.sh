#!/usr/bin/env bash
# From nothing to models/limner-first. Every stage resumes where it was interrupted; finished stages are skipped.
# Usage: training/run.sh [--background] [scale]     scale multiplies the minutes of every stage (default 1: about three hours on two cores)
set -euo pipefail
cd "$(dirname "$0")"
runs=${LIMNER_RUNS:-$PWD/runs}
mkdir -p "$runs"
if [ "${1:-}" = --background ]; then
  shift
  setsid nohup "$PWD/run.sh" "$@" >"$runs/run.log" 2>&1 </dev/null &
  echo "training in the background as process $!; progress in $runs/*.log" >&2
  exit
fi
scale=${1:-1}

python=/usr/bin/python3
if ! $python -c 'import torch, numpy, PIL, onnx, cairo, scipy' 2>/dev/null; then
  echo "installing PyTorch and what goes with it from Debian's packages" >&2
  apt-get update -qq
  apt-get install -y -qq python3-torch python3-numpy python3-pil python3-onnx python3-cairo python3-scipy libopenblas0-pthread >/dev/null
fi

# Large blocks kept instead of returned to the system: page faults otherwise cost more than the arithmetic.
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=268435456 OMP_WAIT_POLICY=PASSIVE
# Debian's OpenBLAS and PyTorch do not choose AVX-512 by themselves on newer processors.
if grep -q avx512bw /proc/cpuinfo; then export OPENBLAS_CORETYPE=SKYLAKEX ATEN_CPU_CAPABILITY=avx512; fi
export PYTHONUNBUFFERED=1

minutes() { awk "BEGIN { print $1 * $scale }"; }
stage() {
  local log="$runs/$(basename "$1" .py).log"
  echo "$(date +%H:%M) $*"
  nice -n "${LIMNER_NICE:-10}" $python "$@" >>"$log" 2>&1 || { echo "$1 failed; the end of $log:" >&2; tail -n 5 "$log" >&2; exit 1; }
}

stage train_clip.py "$(minutes 15)"
stage train_autoencoder.py "$(minutes 12)"
stage prepare.py "$(awk "BEGIN { n = int(80000 * $scale); print n < 2000 ? 2000 : n }")"
stage train_text.py "$(minutes 9)"
stage train_superres.py first "$(minutes 9)"
stage train_superres.py second "$(minutes 5)"
# The prior and the decoder need nothing of each other: one core each, where two threads of one would wait for each other at every operator.
LIMNER_THREADS=1 OMP_NUM_THREADS=1 stage train_prior.py "$(minutes 105)" &
LIMNER_THREADS=1 OMP_NUM_THREADS=1 stage train_decoder.py "$(minutes 100)"
wait $!
stage concepts.py "$(minutes 2)"
stage detector.py "$(minutes 4)"
stage export.py --out ../models/limner-first
