// Child process of `tryEngine`: loads the engine, trains two steps and prints its description.
import { describeEngine } from '../runtime/describe.ts';
import { readCardUse, readTakenMemory } from '../runtime/nvidia-usage.ts';
import type { EngineTrial } from './engine-trial.ts';
import { takeFirstSteps } from './first-steps.ts';

const takenBefore = await readTakenMemory();
const engine = await describeEngine();
const steps = await takeFirstSteps(engine.device);
const trial: EngineTrial = { ...engine, steps, card: await readCardUse(process.pid, takenBefore) };
// Exits immediately, even if a driver still works.
process.stdout.write(`\n${JSON.stringify(trial)}\n`, () => process.exit(0));
