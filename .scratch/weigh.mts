// builds the report from the cache and prints sizes per chart file
import { readRecords } from '../src/results/read.ts';
import { renderReport } from '../src/cli/report.ts';
const { files } = await renderReport({ results: 'results', report: '/tmp/report-out' });
console.log(files.length);
