#!/usr/bin/env bash
# From nothing to models/limner-first. Every stage resumes where it was interrupted; finished stages are skipped.
# Usage: training/run.sh [--background] [scale]     scale multiplies the minutes of every stage (default 1: some twenty minutes on an H100, four hours on two cores)
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

# A PyTorch that sees a GPU, whichever python3 has it; otherwise Debian's.
python=${LIMNER_PYTHON:-python3}
device=gpu
if ! $python -c 'import torch, numpy, PIL, cairo, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  python=${LIMNER_PYTHON:-/usr/bin/python3} device=cpu
  if ! $python -c 'import torch, numpy, PIL, onnx, cairo, scipy' 2>/dev/null; then
    echo "installing PyTorch and what goes with it from Debian's packages" >&2
    apt-get update -qq
    apt-get install -y -qq python3-torch python3-numpy python3-pil python3-onnx python3-cairo python3-scipy libopenblas0-pthread >/dev/null
  fi
fi

# Large blocks kept instead of returned to the system: page faults otherwise cost more than the arithmetic.
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=268435456 OMP_WAIT_POLICY=PASSIVE
# Debian's OpenBLAS and PyTorch do not choose AVX-512 by themselves on newer processors.
if grep -q avx512bw /proc/cpuinfo; then export OPENBLAS_CORETYPE=SKYLAKEX ATEN_CPU_CAPABILITY=avx512; fi
export PYTHONUNBUFFERED=1

stage() {
  local log="$runs/$(basename "$1" .py).log"
  echo "$(date +%T) $*"
  nice -n "${LIMNER_NICE:-10}" $python "$@" >>"$log" 2>&1 || { echo "$1 failed; the end of $log:" >&2; tail -n 5 "$log" >&2; return 1; }
}
# train SCRIPT [ARGUMENT …] MINUTES-ON-A-GPU MINUTES-ON-TWO-CORES
train() {
  local minutes=${*: -1}
  [ $device = cpu ] || minutes=${*: -2:1}
  stage "${@:1:$#-2}" "$(awk "BEGIN { print $minutes * $scale }")"
}
# On a GPU, stages that need nothing of each other share it. Two cores do one after the other, but for the longest two, a core each.
beside() { if [ $device = gpu ]; then "$@" & else "$@"; fi; }
together() { local failed=0 job; for job in $(jobs -p); do wait "$job" || failed=1; done; [ $failed = 0 ]; }

count=80000
[ $device = cpu ] || count=600000
stage prepare.py scenes "$(awk "BEGIN { n = int($count * $scale); print n < 4000 ? 4000 : n }")"
if [ ! -e "$runs/detector.pt" ]; then beside train detector.py .5 4; fi
beside train train_autoencoder.py 1.5 12
train train_clip.py 3 24
together
stage prepare.py encode
one() { if [ $device = cpu ]; then export LIMNER_THREADS=1 OMP_NUM_THREADS=1; fi; "$@"; }
one train train_prior.py 8.5 105 &
one train train_decoder.py 8.8 100
together
beside train train_languages.py 2 40
beside train train_superres.py first 2.2 9
beside train train_superres.py second 1 5
train concepts.py .3 2
together
if $python -c 'import onnx, scipy' 2>/dev/null; then stage export.py --out ../models/limner-first; else echo "export.py wants the python package onnx" >&2; fi
