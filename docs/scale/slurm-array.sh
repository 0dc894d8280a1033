#!/bin/bash
# The default comparison on four nodes of a Slurm cluster: each task does a part and writes to one folder on the shared
# file system. Submit it in the root of a clone, after `npm ci && npm run doctor` there. See docs/scale.md.
#SBATCH --job-name=fitting-room
#SBATCH --array=1-4
#SBATCH --nodes=1
#SBATCH --ntasks=1
# No other job on the node: fits that share a processor disturb each other's times.
#SBATCH --exclusive
#SBATCH --time=08:00:00
# Two minutes before the time limit, sent to the script itself: the running fit is stopped cleanly.
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --output=fitting-room-%A-%a.log
set -euo pipefail

# The number of tasks of the array above, also when only some of them are submitted again (sbatch --array=3).
shards=4
# The command of `npm run bench`: npm does not pass SIGTERM on.
exec node --import ./bin/typescript.mjs src/cli/main.ts bench --shard "$SLURM_ARRAY_TASK_ID/$shards" \
  --skip-existing --resume --out results
