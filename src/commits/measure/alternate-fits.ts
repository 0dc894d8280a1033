// Plans the fits that the sides of a comparison lack, alternating between the sides.
import type { FitRecord } from '../../results/schema.ts';
import type { Revision } from './measure-commit.ts';
import { type Fit, missingFits } from './missing-fits.ts';

/** A side of a comparison whose code can be run. */
export interface MeasurableSide {
  readonly code: Revision;
  /** Whether a record is of this side's code. */
  isOfCode(record: FitRecord): boolean;
}

/** The fits that both sides should have. */
export interface WantedFits {
  readonly benchmark: string;
  readonly machineId: string;
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  readonly repeats: number;
}

/** The missing fits of one repeat on one side; at least one. */
export interface SideRound {
  readonly side: MeasurableSide;
  readonly repeat: number;
  readonly fits: readonly Fit[];
}

/**
 * Plans the fits that the sides lack. The sides alternate repeat by repeat, so that slow changes of the machine affect
 * both alike.
 *
 * @param sides those whose code can be run
 * @param records all known records
 * @param wanted the fits that both sides should have
 */
export function alternateFits(
  sides: readonly MeasurableSide[],
  records: readonly FitRecord[],
  { repeats, ...wanted }: WantedFits,
): SideRound[] {
  return Array.from({ length: repeats }, (_, i) => i + 1)
    .flatMap((repeat) =>
      sides.map((side) => ({
        side,
        repeat,
        fits: missingFits(records, { ...wanted, isOfCode: (record) => side.isOfCode(record), repeat, args: [] }),
      })),
    )
    .filter(({ fits }) => fits.length > 0);
}
