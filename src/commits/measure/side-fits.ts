// The two sides of a comparison as code that can be measured: which fits each lacks, and in which order they are made.
import type { FitRecord } from '../../results/schema.ts';
import type { Code } from './measure-commit.ts';
import { type Fit, missingFits } from './missing.ts';

/** One side that can be measured. */
export interface MeasurableSide {
  readonly code: Code;
  /** Whether a record is of this side's code. */
  isOfCode(record: FitRecord): boolean;
}

/** What both sides are to have. */
export interface SideFits {
  readonly benchmark: string;
  readonly machineId: string;
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  readonly repeats: number;
}

/** The missing fits of one repeat on one side; at least one. */
export interface Turn {
  readonly side: MeasurableSide;
  readonly repeat: number;
  readonly fits: readonly Fit[];
}

/**
 * Plans the fits that the sides lack, in turn: a drift of the machine then hits both alike.
 *
 * @param sides those that can be measured
 * @param records that there are
 * @param wanted what both are to have
 */
export function planTurns(sides: readonly MeasurableSide[], records: readonly FitRecord[], wanted: SideFits): Turn[] {
  const { repeats, ...fits } = wanted;
  const rounds = Array.from({ length: repeats }, (_, i) => i + 1);
  return rounds
    .flatMap((repeat) =>
      sides.map((side) => ({
        side,
        repeat,
        fits: missingFits(records, { ...fits, isOfCode: (record) => side.isOfCode(record), repeat, words: [] }),
      })),
    )
    .filter((turn) => turn.fits.length > 0);
}
