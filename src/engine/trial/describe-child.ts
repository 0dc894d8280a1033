// A process that loads the engine, trains two steps and prints what it is: a library that crashes takes only this along.
import { describeEngine } from '../runtime/describe.ts';
import { readCardUse, readTakenMemory } from '../runtime/nvidia-usage.ts';
import type { EngineTrial } from './engine-trial.ts';
import { takeFirstSteps } from './first-steps.ts';

const takenBefore = await readTakenMemory();
const engine = await describeEngine();
const steps = await takeFirstSteps(engine.device);
const trial: EngineTrial = { ...engine, steps, card: await readCardUse(process.pid, takenBefore) };
// Ends at once, whatever a driver still has to do.
process.stdout.write(`\n${JSON.stringify(trial)}\n`, () => process.exit(0));
