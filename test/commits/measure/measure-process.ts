// Measures a commit in a process that a test can kill. Arguments: checkout, hash, folder of records.
import { measure } from '../../../src/commits/measure/measure-commit.ts';
import { makeRecord } from '../../fixtures/records.ts';

const [checkout, hash, out] = process.argv.slice(2) as [string, string, string];
await measure({ hash, name: 'the commit' }, ['--models', 'knn,svm'], {
  checkout,
  out,
  machine: makeRecord().machine,
  repeat: 2,
  signal: new AbortController().signal,
  preparing: () => undefined,
  running: () => undefined,
  printed: (line) => void process.stderr.write(`${line}\n`),
});
