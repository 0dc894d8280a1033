// Every output of `--json`. docs/schemas has one JSON Schema for each.
import { benchOutput } from './bench-output.ts';
import type { Output } from './define-output.ts';
import { diffOutput } from './diff-output.ts';
import { doctorCacheOutput, doctorClearOutput, doctorModelsOutput, doctorOutput } from './doctor-output.ts';
import { errorOutput } from './error-output.ts';
import { explainOutput } from './explain-output.ts';
import { exploreOutput } from './explore-output.ts';
import { historyOutput } from './history-output.ts';
import { mergeOutput } from './merge-output.ts';
import { modelsOutput } from './models-output.ts';
import { predictOutput } from './predict-output.ts';
import { referencesOutput, scalingOutput } from './references-output.ts';
import { reportOutput } from './report-output.ts';
import { rerunOutput } from './rerun-output.ts';
import { runsListOutput, runsPruneOutput } from './runs-output.ts';

/** In the order of docs/commands.md; the error of every command last. */
export const allOutputs: readonly Output[] = [
  benchOutput,
  rerunOutput,
  referencesOutput,
  scalingOutput,
  reportOutput,
  modelsOutput,
  exploreOutput,
  predictOutput,
  explainOutput,
  diffOutput,
  historyOutput,
  doctorOutput,
  doctorModelsOutput,
  doctorCacheOutput,
  doctorClearOutput,
  runsListOutput,
  runsPruneOutput,
  mergeOutput,
  errorOutput,
];
