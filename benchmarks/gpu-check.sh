#!/usr/bin/env bash
# Measures everything that wants a graphics card, and leaves it in one folder: what the machine has, the comparison by
# CUDA and by WebGPU, and PyTorch on the same networks where it is installed.
#
#   benchmarks/gpu-check.sh [--quick] [--device gpu|webgpu|cpu]... [--out FOLDER] [-- arguments of npm run bench]
#
# Works offline once `npm ci` was run and the cache (FITTING_ROOM_CACHE) holds the data and the engine.
# Exits with 1 when a device that was asked for did not work, 2 after wrong use.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

out="gpu-check"
devices=()
bench=(--no-report)
quick=false
while (($# > 0)); do
  case "$1" in
    --quick) quick=true ;;
    --device | --out)
      if [[ -z "${2:-}" ]]; then
        echo "gpu-check: $1 needs a value" >&2
        exit 2
      fi
      if [[ "$1" == --out ]]; then
        out="$2"
      elif [[ "$2" =~ ^(cpu|gpu|webgpu)$ ]]; then
        devices+=("$2")
      else
        echo "gpu-check: invalid --device: $2; cpu, gpu or webgpu" >&2
        exit 2
      fi
      shift
      ;;
    --)
      shift
      bench+=("$@")
      break
      ;;
    *)
      echo "gpu-check: unknown argument: $1; known: --quick, --device, --out, --" >&2
      exit 2
      ;;
  esac
  shift
done
if ((${#devices[@]} == 0)); then devices=(gpu webgpu); fi
if [[ "$quick" == true ]]; then bench+=(--quick); fi

missing=()
failed=()
for tool in node npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "gpu-check: $tool is missing; install Node 20.12 or newer" >&2
    exit 2
  fi
done
if [[ ! -d node_modules ]]; then
  echo "gpu-check: node_modules is missing; run npm ci" >&2
  exit 2
fi
mkdir -p "$out" || exit 2

if command -v nvidia-smi >/dev/null; then
  nvidia-smi -q >"$out/nvidia-smi.txt" 2>&1 || missing+=("nvidia-smi does not answer: $out/nvidia-smi.txt")
else
  missing+=("nvidia-smi: no NVIDIA driver, so no CUDA, no energy and no device memory in the records")
fi

for device in "${devices[@]}"; do
  echo "== $device: doctor"
  if ! npm run --silent doctor -- --device "$device" 2>&1 | tee "$out/doctor-$device.txt"; then
    failed+=("$device: doctor found it unusable ($out/doctor-$device.txt)")
    continue
  fi
  echo "== $device: comparison"
  if ! npm run --silent bench -- --device "$device" --out "$out/results-$device" "${bench[@]}" 2>&1 |
    tee "$out/bench-$device.txt"; then
    failed+=("$device: the comparison did not end well ($out/bench-$device.txt)")
  fi
done

torch_device=cpu
if [[ " ${devices[*]} " == *" gpu "* ]]; then torch_device=cuda; fi
if ! command -v python3 >/dev/null; then
  missing+=("python3: no comparison with PyTorch")
elif ! python3 -c 'import torch' 2>/dev/null; then
  missing+=("torch: python3 has no PyTorch to compare with (pip install torch numpy)")
elif [[ "$torch_device" == cuda ]] && ! python3 -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
  missing+=("torch: PyTorch is here and cannot use CUDA")
else
  echo "== PyTorch on $torch_device"
  limit=()
  if [[ "$quick" == true ]]; then limit=(--limit 5500 --test-limit 1000); fi
  for network in mlp cnn cnn-lenet resnet; do
    if ! python3 benchmarks/peers/torch_peer.py "$network" --device "$torch_device" \
      --out "$out/torch-$network.json" "${limit[@]}"; then
      failed+=("PyTorch: $network")
    fi
  done
fi

echo
echo "in $out:"
find "$out" -type f | sort
for line in "${missing[@]}"; do echo "missing: $line"; done
for line in "${failed[@]}"; do echo "failed: $line"; done
if ((${#failed[@]} > 0)); then exit 1; fi
