// The list of conformance checks, in the order in which they run. To add one, write its file in checks/ and add it here.
import { batches } from './checks/batches.ts';
import { beforeFit } from './checks/before-fit.ts';
import { clock } from './checks/clock.ts';
import { declaresNeeds } from './checks/declares-needs.ts';
import { description } from './checks/description.ts';
import { fitsAgain } from './checks/fits-again.ts';
import { globals } from './checks/globals.ts';
import { largeBatches } from './checks/large-batches.ts';
import { largeClock } from './checks/large-clock.ts';
import { learns } from './checks/learns.ts';
import { memorises } from './checks/memorises.ts';
import { memory } from './checks/memory.ts';
import { predictionForm } from './checks/prediction-form.ts';
import { progress } from './checks/progress.ts';
import { readOnly } from './checks/read-only.ts';
import { renamedClasses } from './checks/renamed-classes.ts';
import { runs } from './checks/runs.ts';
import { saveLoad } from './checks/save-load.ts';
import { seed } from './checks/seed.ts';
import { shuffledLabels } from './checks/shuffled-labels.ts';
import { stoppedBefore } from './checks/stopped-before.ts';
import { stops } from './checks/stops.ts';
import { testLabels } from './checks/test-labels.ts';
import { threads } from './checks/threads.ts';
import { unchangedLabels } from './checks/unchanged-labels.ts';
import { validationUse } from './checks/validation-use.ts';
import type { Check } from './trial/check.ts';

/** All checks; the essential one comes first. */
export const checks: readonly Check[] = [
  runs,
  description,
  declaresNeeds,
  predictionForm,
  unchangedLabels,
  batches,
  beforeFit,
  progress,
  saveLoad,
  seed,
  readOnly,
  testLabels,
  learns,
  memorises,
  shuffledLabels,
  renamedClasses,
  validationUse,
  largeBatches,
  stoppedBefore,
  stops,
  clock,
  largeClock,
  fitsAgain,
  threads,
  globals,
  memory,
];
