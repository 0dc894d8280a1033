// Check: the fields that describe the model have a valid form.
import { type Check, failed, passed } from '../trial/check.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SUMMARY = /^[^\n]{10,160}$/;

export const description: Check = {
  id: 'description',
  title: 'has a valid id, family, summary and params',
  meaning: 'Lists, records and reports show the model wrongly, or --set cannot change a parameter.',
  cure:
    'Write id and family in lower-case letters, digits and single dashes, and the summary in one line of 10 to 160 ' +
    'characters. Give params that are strings, finite numbers or booleans.',
  async run({ adapter: { id, family, summary, params } }) {
    if (!NAME.test(id)) return failed(`id is "${id}"`);
    if (!NAME.test(family)) return failed(`family is "${family}"`);
    if (!SUMMARY.test(summary)) return failed(`summary is "${summary}"`);
    for (const [name, value] of Object.entries(params)) {
      const isValid = typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value);
      if (!isValid) return failed(`parameter ${name} is ${String(value)}`);
    }
    return passed(summary);
  },
};
