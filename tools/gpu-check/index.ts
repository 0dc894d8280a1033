// The last step of tools/gpu-check.sh: reads the results in its folder, and prints and writes the summary.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { UserError } from '../../src/base/errors.ts';
import { writeFileAtomic } from '../../src/base/write-file-atomic.ts';
import { readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { terminalIo } from '../../src/terminal/terminal-io.ts';
import { type DeviceResults, writeSummary } from './summary.ts';

/**
 * Reads the results of a device: the records in `results-DEVICE` and `references-DEVICE`, and `seconds-DEVICE.txt`.
 * What is missing was not measured.
 */
async function readDevice(folder: string, device: string): Promise<DeviceResults> {
  const seconds = await readFile(path.join(folder, `seconds-${device}.txt`), 'utf8').catch(() => null);
  return {
    device,
    comparison: await recordsOf(path.join(folder, `results-${device}`)),
    comparisonSeconds: seconds === null ? null : Number(seconds),
    references: await recordsOf(path.join(folder, `references-${device}`)),
  };
}

async function recordsOf(folder: string): Promise<FitRecord[]> {
  const { records } = await readRecords(folder).catch((error: unknown) => {
    if (error instanceof UserError) return { records: [] };
    throw error;
  });
  return records.map(({ record }) => record);
}

const [folder, ...devices] = process.argv.slice(2);
if (!folder || devices.length === 0) throw new Error('usage: tools/gpu-check/index.ts FOLDER DEVICE...');
const summary = writeSummary(await Promise.all(devices.map((device) => readDevice(folder, device))));
await writeFileAtomic(path.join(folder, 'summary.md'), summary);
terminalIo().out(summary.trimEnd());
