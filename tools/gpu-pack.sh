#!/usr/bin/env bash
# Packs what tools/gpu-check.sh --device webgpu needs on an x86-64 Linux machine without Node, npm and internet: this
# project, Node, the packages needed at run time (for Linux, without files for compilers and browsers), and the data.
#
#   tools/gpu-pack.sh FOLDER [--node FILE] [--without-data]
#
# Writes FOLDER/fitting-room.tar.xz and FOLDER/fashion-mnist.tar.xz, and prints their sizes. --node takes the path of a
# Node for x86-64 Linux other than the one on PATH. Exits with 2 after wrong use.
set -euo pipefail

wrong() {
  echo "gpu-pack: $1" >&2
  exit 2
}

folder=""
node_program=""
with_data=true
while (($# > 0)); do
  case "$1" in
    --node)
      node_program="$(realpath "${2:?gpu-pack: --node needs a file}")"
      shift
      ;;
    --without-data) with_data=false ;;
    -*) wrong "unknown argument: $1; known: FOLDER, --node, --without-data" ;;
    *) folder="$1" ;;
  esac
  shift
done
if [[ -z "$folder" ]]; then wrong "FOLDER is missing: the folder to write to"; fi
mkdir -p "$folder"
folder="$(realpath "$folder")"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ! -f node_modules/webgpu/dist/linux-x64/dawn.node ]]; then wrong "node_modules is missing; run npm ci on x86-64 Linux"; fi
node_program="${node_program:-$(node -p process.execPath)}"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
tree="$work/fitting-room"
mkdir -p "$tree/bin"

# Packages needed at run time: the lock file says which are for development, node_modules which are for this system.
node -e '
  const { existsSync, readFileSync } = require("node:fs");
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const runs = Object.keys(packages).filter((name) => name && !packages[name].dev && existsSync(name));
  // A package inside another is packed with it.
  const outer = runs.filter((name) => name.lastIndexOf("node_modules/") === 0);
  // Only for compilers and browsers.
  const unused = /^node_modules\/(@types\/|node-api-headers$|core-js$)/;
  process.stdout.write(outer.filter((name) => !unused.test(name)).join("\n"));
' >"$work/packages"

# The tfjs packages contain nine builds for browsers, bundlers and debuggers; Node reads *.node.js.
tar --create --exclude='*.map' --exclude='*.d.ts' --exclude='*.d.cts' --exclude='*.d.mts' --exclude='*.md' \
  --exclude='node_modules/webgpu/dist/darwin-*' --exclude='node_modules/webgpu/dist/win32-*' \
  --exclude='node_modules/webgpu/dist/linux-arm64' --files-from="$work/packages" |
  tar --extract --directory "$tree"
for dist in "$tree"/node_modules/@tensorflow/*/dist; do
  if compgen -G "$dist/tf*.node.js" >/dev/null; then
    find "$dist" -type f ! -name '*.node.js' ! -name package.json -delete
    find "$dist" -type d -empty -delete
  fi
done

tar --create benchmarks models src tools package.json package-lock.json tsconfig.json LICENSE | tar --extract --directory "$tree"
cp "$node_program" "$tree/bin/node"
if command -v strip >/dev/null; then
  strip "$tree/bin/node" "$tree/node_modules/webgpu/dist/linux-x64/dawn.node"
fi

# Most of the content is machine code.
tar --create --directory "$work" fitting-room | xz --x86 --lzma2=preset=6,dict=64MiB >"$folder/fitting-room.tar.xz"
files=("$folder/fitting-room.tar.xz")
if [[ "$with_data" == true ]]; then
  caches="${XDG_CACHE_HOME:-$HOME/.cache}"
  data="${FITTING_ROOM_CACHE:-$caches/fitting-room}/datasets"
  if [[ ! -d "$data/fashion-mnist" ]]; then wrong "no data set in $data; npm run bench -- --models majority downloads it"; fi
  # Uncompressed: xz alone makes it a sixth smaller than xz of gzip.
  mkdir -p "$work/cache/datasets/fashion-mnist"
  for file in "$data"/fashion-mnist/*-ubyte.gz; do
    gzip --decompress --stdout "$file" >"$work/cache/datasets/fashion-mnist/$(basename "$file" .gz)"
  done
  tar --create --directory "$work" cache | xz -6 >"$folder/fashion-mnist.tar.xz"
  files+=("$folder/fashion-mnist.tar.xz")
fi

total=0
for file in "${files[@]}"; do
  size=$(stat --format=%s "$file")
  total=$((total + size))
  awk -v size="$size" -v file="$file" 'BEGIN { printf "%6.1f MiB  %s\n", size / 1048576, file }'
done
awk -v total="$total" 'BEGIN { printf "%6.1f MiB  total\n", total / 1048576 }'
unpacked=$(du --summarize --bytes "$tree" | cut -f 1)
awk -v size="$unpacked" 'BEGIN { printf "%6.1f MiB  unpacked, without the data\n", size / 1048576 }'
