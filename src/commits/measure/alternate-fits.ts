// Plans the fits that the targets of a comparison lack, alternating between the targets.
import type { Machine } from '../../results/machine-facts.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { Revision } from './measure-commit.ts';
import { type Fit, missingFits } from './missing-fits.ts';

/** A target of a comparison whose code can be run. */
export interface MeasurableTarget {
  readonly code: Revision;
  /** Ids of its models. */
  readonly models: readonly string[];
  /** Whether a record is of this code. */
  isOfCode(record: FitRecord): boolean;
}

/** The fits that all targets should have. */
export interface WantedFits {
  readonly benchmark: string;
  /** This machine. */
  readonly machine: Machine;
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  readonly repeats: number;
}

/** The missing fits of one repeat of one target; at least one. */
export interface Round {
  readonly target: MeasurableTarget;
  readonly repeat: number;
  readonly fits: readonly Fit[];
}

/**
 * Plans the fits that the targets lack. The targets alternate repeat by repeat, so that slow changes of the machine affect
 * all of them alike.
 *
 * @param targets those whose code can be run
 * @param records all known records
 * @param wanted the fits that all targets should have, as far as they have the model
 */
export function alternateFits(
  targets: readonly MeasurableTarget[],
  records: readonly FitRecord[],
  { repeats, models, ...wanted }: WantedFits,
): Round[] {
  return Array.from({ length: repeats }, (_, i) => i + 1)
    .flatMap((repeat) =>
      targets.map((target) => ({
        target,
        repeat,
        fits: missingFits(records, {
          ...wanted,
          models: models.filter((id) => target.models.includes(id)),
          isOfCode: (record) => target.isOfCode(record),
          repeat,
          args: [],
        }),
      })),
    )
    .filter(({ fits }) => fits.length > 0);
}
