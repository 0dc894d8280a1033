// Collects the conditions that all records of a run share.
import process from 'node:process';
import { projectRoot } from '../base/root.ts';
import type { PreparedSplit } from '../data/prepared.ts';
import { describeCheckout } from '../git/checkout.ts';
import { describeMachine } from './machine.ts';
import { packageVersions } from './package-versions.ts';
import { datasetFacts, type RunFacts } from './record.ts';

/**
 * Describes the machine, the checked-out code, the data and the packages.
 *
 * @param benchmark id of the benchmark
 * @param split the data of all fits of the run
 * @throws UserError if FITTING_ROOM_MACHINE is not a valid folder name
 */
export async function gatherFacts(benchmark: string, split: PreparedSplit): Promise<RunFacts> {
  const [machine, { state: git, noCommit }, packages] = await Promise.all([
    describeMachine(),
    describeCheckout(projectRoot),
    packageVersions(projectRoot),
  ]);
  return {
    benchmark,
    git,
    ...(noCommit && { noCommit: noCommit.reason }),
    machine,
    dataset: datasetFacts(split),
    node: process.version,
    packages,
  };
}
