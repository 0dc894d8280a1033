// Runs one check on one model and turns errors of the model into findings.
import { placeOfError } from '../run/error-place.ts';
import { type Check, type Finding, threw } from './trial/check.ts';
import type { Trial } from './trial/trial.ts';

/**
 * Runs a check. It never rejects: an error that the model throws is a failure with the message of the error.
 *
 * @param check the requirement
 * @param trial the model and its data
 */
export async function runCheck(check: Check, trial: Trial): Promise<Finding> {
  try {
    return await withPlace(await check.run(trial));
  } catch (error) {
    return withPlace(threw(error));
  }
}

/** Adds the author's line to the finding of a model that threw. */
async function withPlace(finding: Finding): Promise<Finding> {
  const { message, stack = null } = finding;
  const place = stack === null ? null : await placeOfError({ message, stack });
  return place ? { ...finding, place } : finding;
}
