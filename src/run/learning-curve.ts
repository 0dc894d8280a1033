// The learning curve of a fit, as the harness receives and records it.
import { Diverged, lossText } from '../base/diverged.ts';
import type { CurvePoint } from '../results/schema.ts';
import type { EpochReport, Params } from '../types.ts';
import type { ReportedPoint } from './fit-session.ts';

/** A fit that does not finish keeps at most this many points: a program may send points without end. */
const MOST_POINTS = 10_000;

/**
 * Refuses a training loss that is not a finite number. The fit ends there.
 *
 * @param report of an epoch
 * @param params of the fit; its `learningRate`, if it has one, is named
 * @throws Diverged if the loss is not a finite number
 */
export function refuseDivergence({ epoch, loss }: Pick<EpochReport, 'epoch' | 'loss'>, params: Params): void {
  if (loss === null || Number.isFinite(loss)) return;
  const { learningRate } = params;
  const rate = learningRate === undefined ? '' : `, with learning rate ${learningRate}`;
  throw new Diverged(
    `the loss of epoch ${epoch} is ${lossText(loss)}${rate}: the training has diverged; try a smaller learning rate or ` +
      'smaller gradients, and look for a division by 0 or a logarithm of 0',
  );
}

/**
 * Converts a point to the form of records: a loss that is not finite cannot be recorded.
 *
 * @param point as a model reports it
 */
export function recordedPoint({ loss, validationLoss, ...point }: ReportedPoint): CurvePoint {
  const finite = (value: number | null): number | null => (Number.isFinite(value) ? value : null);
  return { ...point, loss: finite(loss), validationLoss: finite(validationLoss) };
}

/**
 * Creates a list of points that grows while a fit runs. It leaves out points that are not in order.
 *
 * @returns the points so far, and the function that adds one
 */
export function collectPoints(): { readonly points: readonly CurvePoint[]; add(point: ReportedPoint): void } {
  const points: CurvePoint[] = [];
  return {
    points,
    add(point) {
      const last = points.at(-1);
      const isNext = !last || (point.epoch > last.epoch && point.seconds >= last.seconds);
      if (isNext && points.length < MOST_POINTS) points.push(recordedPoint(point));
    },
  };
}
