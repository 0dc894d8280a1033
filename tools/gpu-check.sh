#!/usr/bin/env bash
# Runs every measurement that needs a graphics card, and collects the results in one folder: the hardware, the
# comparison with CUDA and with WebGPU, our networks alternating with PyTorch when python3 has it, and a summary.
#
#   tools/gpu-check.sh [--device gpu|webgpu|cpu]... [--quick] [--models a,b] [--limit N] [--networks a,b|none]
#                      [--libraries pytorch,pytorch-compiled] [--epochs N] [--rounds N] [--out FOLDER]
#                      [-- arguments of npm run bench]
#
# --models narrows the comparison; --networks, --libraries, --epochs and --rounds are about PyTorch; --limit is about
# both. Works offline with Node and node_modules. FITTING_ROOM_NODE is the path of Node when it is not on PATH,
# FITTING_ROOM_PYTHON that of a Python with PyTorch other than python3, FITTING_ROOM_CACHE the cache folder with the
# data. tools/gpu-pack.sh packs all of it. Exit status: 1 when a device did not work, 2 after wrong use.
set -uo pipefail

here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

out="gpu-check"
devices=()
bench=(--no-report)
references=(--libraries pytorch)
networks="mlp,cnn-lenet,cnn,resnet"
epochs=4
rounds=1
quick=false
limit=""

wrong() {
  echo "gpu-check: $1" >&2
  exit 2
}

while (($# > 0)); do
  case "$1" in
    --quick) quick=true ;;
    --device | --models | --limit | --networks | --libraries | --epochs | --rounds | --out)
      if [[ -z "${2:-}" ]]; then wrong "$1 needs a value"; fi
      case "$1" in
        --device)
          if [[ ! "$2" =~ ^(cpu|gpu|webgpu)$ ]]; then wrong "invalid --device: $2; allowed: cpu, gpu, webgpu"; fi
          devices+=("$2")
          ;;
        --models) bench+=(--models "$2") ;;
        --limit)
          bench+=(--limit "$2")
          limit="$2"
          ;;
        --networks) networks="$2" ;;
        --libraries) references=(--libraries "$2") ;;
        --epochs) epochs="$2" ;;
        --rounds) rounds="$2" ;;
        --out)
          out="$2"
          # Relative to the folder in which the command was typed.
          if [[ "$out" != /* ]]; then out="$here/$out"; fi
          ;;
      esac
      shift
      ;;
    --)
      shift
      bench+=("$@")
      break
      ;;
    *)
      wrong "unknown argument: $1; known: --device, --quick, --models, --limit, --networks, --libraries, --epochs, --rounds, --out, --"
      ;;
  esac
  shift
done
if ((${#devices[@]} == 0)); then devices=(gpu webgpu); fi
if [[ ! "$epochs" =~ ^[1-9][0-9]*$ ]]; then wrong "invalid --epochs: $epochs; a whole number of at least 1 is needed"; fi
if [[ "$quick" == true ]]; then
  bench+=(--quick)
  limit="${limit:-6000}"
fi

node="${FITTING_ROOM_NODE:-node}"
python="${FITTING_ROOM_PYTHON:-python3}"
if ! command -v "$node" >/dev/null; then
  wrong "$node is missing; install Node 20.12 or newer, or set FITTING_ROOM_NODE to its path"
fi
if [[ ! -d node_modules ]]; then wrong "node_modules is missing; run npm ci"; fi
mkdir -p "$out" || exit 2

fitting_room() { "$node" --import ./bin/typescript.mjs src/cli/main.ts "$@"; }

missing=()
failed=()

if command -v nvidia-smi >/dev/null; then
  nvidia-smi -q >"$out/nvidia-smi.txt" 2>&1 || missing+=("nvidia-smi does not answer: $out/nvidia-smi.txt")
else
  missing+=("nvidia-smi: there is no NVIDIA driver, so records have no CUDA fits, no energy and no device memory")
fi

has_torch=false
if [[ "$networks" == none ]]; then
  :
elif ! command -v "$python" >/dev/null; then
  missing+=("$python: not found, so there is no comparison with PyTorch")
elif ! "$python" -c 'import torch' 2>/dev/null; then
  missing+=("torch: $python has no PyTorch to compare with (pip install torch numpy)")
else
  has_torch=true
  if [[ "${devices[*]}" != cpu ]] && ! "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
    missing+=("CUDA: PyTorch cannot use it and computes on the CPU")
  fi
fi

references+=(--models "$networks" --rounds "$rounds" --python "$python")
if [[ -n "$limit" ]]; then references+=(--limit "$limit"); fi
IFS=, read -ra names <<<"$networks"
for name in "${names[@]}"; do references+=(--set "$name.epochs=$epochs"); done

measured=()
for device in "${devices[@]}"; do
  echo "== $device: doctor"
  if ! fitting_room doctor --device "$device" 2>&1 | tee "$out/doctor-$device.txt"; then
    failed+=("$device: doctor reports that it cannot be used ($out/doctor-$device.txt)")
    continue
  fi
  measured+=("$device")
  if [[ "$device" != webgpu && "$networks" != none ]]; then
    echo "== $device: steps and calls"
    rm -f "$out/calls-$device.txt"
    for name in "${names[@]}"; do
      if ! "$node" --import ./bin/typescript.mjs tools/profile/index.ts "$name" --calls --device "$device" 2>&1 |
        tee -a "$out/calls-$device.txt"; then
        failed+=("$device: the steps of $name were not measured ($out/calls-$device.txt)")
      fi
    done
  fi
  echo "== $device: comparison"
  start=$(date +%s)
  if ! fitting_room bench --device "$device" --out "$out/results-$device" "${bench[@]}" 2>&1 |
    tee "$out/bench-$device.txt"; then
    failed+=("$device: the comparison failed ($out/bench-$device.txt)")
  fi
  echo $(($(date +%s) - start)) >"$out/seconds-$device.txt"
  if [[ "$has_torch" == true ]]; then
    echo "== $device: alternating with PyTorch"
    if ! fitting_room references --device "$device" --out "$out/references-$device" "${references[@]}" 2>&1 |
      tee "$out/references-$device.txt"; then
      failed+=("$device: the comparison with PyTorch failed ($out/references-$device.txt)")
    fi
  fi
done

# None of our fits ran: measure PyTorch alone.
if ((${#measured[@]} == 0)) && [[ "$has_torch" == true ]]; then
  echo "== PyTorch alone"
  alone=(--epochs "$epochs" --out "$out/pytorch.json")
  if [[ -n "$limit" ]]; then alone+=(--limit "$limit"); fi
  "$python" tools/references/torch_models.py "${names[@]}" "${alone[@]}" || failed+=("PyTorch alone")
fi

echo
if ((${#measured[@]} > 0)); then
  "$node" --import ./bin/typescript.mjs tools/gpu-check/index.ts "$out" "${measured[@]}" || failed+=("the summary")
  echo
fi
echo "in $out:"
find "$out" -type f | sort
for line in "${missing[@]}"; do echo "missing: $line"; done
for line in "${failed[@]}"; do echo "failed: $line"; done
if ((${#failed[@]} > 0)); then exit 1; fi
