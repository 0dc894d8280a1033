// Check: progress, learning curve and fit report contain valid values.
import { counted } from '../../document/format.ts';
import type { EpochReport, FitReport, ImageShape, Progress } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';

export const progress: Check = {
  id: 'progress',
  title: 'reports valid steps, epochs and parameter counts',
  meaning: 'The progress bar, the remaining time or the learning curve of the report is wrong.',
  cure:
    'Count done from 0 to total, and do not change total while the unit stays the same. Number epochs 1, 2, 3 and so on. Losses ' +
    'must be finite or null, accuracies in [0, 1] or null, and parameterCount a whole number.',
  async run(trial) {
    const { progress: steps, epochs, report } = await trial.fitted();
    const fault = stepFault(steps) ?? epochFault(epochs) ?? reportFault(report, trial.images.train.shape);
    if (fault !== undefined) return failed(fault);
    return passed(`it reported ${counted(steps.length, 'step')} and ${counted(epochs.length, 'epoch')}`);
  },
};

function stepFault(steps: readonly Progress[]): string | undefined {
  let before: Progress | undefined;
  for (const step of steps) {
    const { done, total, unit } = step;
    if (!(done >= 0 && done <= total && Number.isFinite(total))) return `its progress is ${unit} ${done} of ${total}`;
    // A new unit or a new total starts a new count.
    if (before?.unit === unit && before.total === total && done < before.done) {
      return `its progress goes back from ${unit} ${before.done} to ${done}`;
    }
    before = step;
  }
  return undefined;
}

function epochFault(epochs: readonly EpochReport[]): string | undefined {
  for (const [i, point] of epochs.entries()) {
    if (point.epoch !== i + 1) return `its epoch ${i + 1} is reported as ${point.epoch}`;
    for (const name of ['loss', 'validationLoss'] as const) {
      if (point[name] !== null && !Number.isFinite(point[name]))
        return `its ${name} of epoch ${i + 1} is ${point[name]}`;
    }
    for (const name of ['accuracy', 'validationAccuracy'] as const) {
      const value = point[name];
      if (value !== null && !(value >= 0 && value <= 1)) return `its ${name} of epoch ${i + 1} is ${value}`;
    }
  }
  return undefined;
}

function reportFault(report: FitReport | undefined, { height, width }: ImageShape): string | undefined {
  const { parameterCount, pixelMaps = [] } = report ?? {};
  if (parameterCount !== undefined && !(Number.isInteger(parameterCount) && parameterCount >= 0)) {
    return `its parameterCount is ${parameterCount}`;
  }
  const invalid = pixelMaps.find(({ values }) => values.length !== height * width || !values.every(Number.isFinite));
  return invalid && `its pixel map "${invalid.name}" is not ${height} x ${width} finite values`;
}
