// The competitors, in the order of every list and report. To add one: write its file, add its line.
import type { ModelAdapter } from '../src/types.ts';
import { majority } from './majority.ts';

/** Every model that can be named on the command line. */
export const models: readonly ModelAdapter[] = [majority];
