// One check on one model: whatever the model throws is a finding.
import { messageOf } from '../base/errors.ts';
import { type Check, type Finding, failed } from './trial/check.ts';
import type { Trial } from './trial/trial.ts';

/**
 * Runs a check. Never rejects: what the model throws is a failure with its message.
 *
 * @param check what to look at
 * @param trial the model and its data
 */
export async function runCheck(check: Check, trial: Trial): Promise<Finding> {
  try {
    return await check.run(trial);
  } catch (error) {
    return failed(`it threw: ${messageOf(error)}`);
  }
}
