// The check of what a model says while it fits, and of its report after.
import type { EpochReport, FitReport, ImageShape, Progress } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';

export const progress: Check = {
  id: 'progress',
  title: 'reports steps, epochs and sizes that can be true',
  meaning: 'The progress line, the time left or the learning curve in the report is wrong.',
  cure:
    'Report done from 0 up to total, which does not change while the unit stays; epochs from 1 on, one by one, losses finite or ' +
    'null, accuracies in [0, 1]; parameterCount a whole number.',
  async run(trial) {
    const { progress: steps, epochs, report } = await trial.fitted();
    const fault = stepFault(steps) ?? epochFault(epochs) ?? reportFault(report, trial.images.train.shape);
    if (fault !== undefined) return failed(fault);
    return passed(`reports of progress: ${steps.length}, of epochs: ${epochs.length}`);
  },
};

function stepFault(steps: readonly Progress[]): string | undefined {
  let before: Progress | undefined;
  for (const step of steps) {
    const { done, total, unit } = step;
    if (!(done >= 0 && done <= total && Number.isFinite(total))) return `its progress says ${unit} ${done} of ${total}`;
    // A new unit or another total begins anew.
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
  const strange = pixelMaps.find(({ values }) => values.length !== height * width || !values.every(Number.isFinite));
  return strange && `its pixel map "${strange.name}" is not ${height} x ${width} finite values`;
}
