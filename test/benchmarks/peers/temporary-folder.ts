// A folder that goes away after the test that asked for it.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
