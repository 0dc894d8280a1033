// Runs one check on one model and turns errors of the model into findings.
import { messageOf } from '../base/errors.ts';
import { type Check, type Finding, failed } from './trial/check.ts';
import type { Trial } from './trial/trial.ts';

/**
 * Runs a check. It never rejects: an error that the model throws is a failure with the message of the error.
 *
 * @param check the requirement
 * @param trial the model and its data
 */
export async function runCheck(check: Check, trial: Trial): Promise<Finding> {
  try {
    return await check.run(trial);
  } catch (error) {
    return failed(`it threw: ${messageOf(error)}`);
  }
}
