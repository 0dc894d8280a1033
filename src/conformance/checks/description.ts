// The check of what a model says of itself.
import { type Check, failed, passed } from '../trial/check.ts';

const ID = /^[a-z][a-z0-9-]*$/;
const SUMMARY = /^[^\n]{10,160}$/;

export const description: Check = {
  id: 'description',
  title: 'says in one line what it is',
  meaning: 'Lists, records and reports show the model wrongly, or --set cannot change a parameter.',
  cure:
    'Give it an id of lower case letters, digits and dashes, a summary of 10 to 160 characters in one line, and params ' +
    'that are texts, finite numbers or booleans.',
  async run({ adapter: { id, summary, params } }) {
    if (!ID.test(id)) return failed(`its id is "${id}"`);
    if (!SUMMARY.test(summary)) return failed(`its summary is "${summary}"`);
    for (const [name, value] of Object.entries(params)) {
      const isFine = typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value);
      if (!isFine) return failed(`its parameter ${name} is ${String(value)}`);
    }
    return passed(summary);
  },
};
