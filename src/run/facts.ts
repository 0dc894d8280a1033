// Gathers the conditions that all fits of a run share, for their records.
import process from 'node:process';
import { projectRoot } from '../base/root.ts';
import type { PreparedSplit } from '../data/prepared.ts';
import { describeGit } from '../git/checkout.ts';
import { describeMachine } from './machine.ts';
import { packageVersions } from './package-versions.ts';
import { datasetFacts, type RunFacts } from './record.ts';

/**
 * Describes machine, code, data and packages as they are now.
 *
 * @param benchmark the benchmark's id
 * @param split what every fit of the run sees
 * @throws UserError when FITTING_ROOM_MACHINE cannot name a folder
 */
export async function gatherFacts(benchmark: string, split: PreparedSplit): Promise<RunFacts> {
  const [machine, git, packages] = await Promise.all([
    describeMachine(),
    describeGit(projectRoot),
    packageVersions(projectRoot),
  ]);
  return { benchmark, git, machine, dataset: datasetFacts(split), node: process.version, packages };
}
