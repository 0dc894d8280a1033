// `npm run references -- --scaling`: our models and the npm libraries of the same kind on more and more images.

import { engines, libraryPairs } from '../../benchmarks/engines.ts';
import { findModels } from '../../src/cli/models.ts';
import { type FitRecord, isFinished } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import type { Io } from '../../src/terminal/io.ts';
import { stopOnSignals } from '../../src/terminal/stop.ts';
import type { BenchmarkDefinition } from '../../src/types.ts';
import { type Cost, estimateSeconds, type Growth, refusal, SIZES, scalingTable } from './scaling-table.ts';
import { commandOf, finish, fitOurs, type ReferencesOptions, recordOf, setStage } from './stage.ts';

/**
 * A process is let run for so many times what its fit and prediction may be expected to take: it also predicts the
 * images it fitted on, off the clock, and estimates err.
 */
const SLACK = 4;

/**
 * Measures every size that is worth its time, writes a record a fit and prints the table.
 *
 * @throws UserError when a model is unknown, or engine or data cannot be had
 */
export async function measureScaling(options: ReferencesOptions, io: Io): Promise<void> {
  const ids = [...new Set(options.models.flatMap((id) => [id, libraryPairs[id] ?? id]))];
  const adapters = findModels(ids);
  const { limit: _limit, ...equalTerms } = engines;
  const benchmark: BenchmarkDefinition = { ...equalTerms, id: 'scaling', models: ids };
  const sizes = SIZES.filter((images) => images <= (options.limit ?? Number.POSITIVE_INFINITY));
  const scalings = ids.map((modelId) => ({ modelId, costs: [] as Cost[], stopped: null as Growth['stopped'] }));
  const records: FitRecord[] = [];
  const stop = stopOnSignals(io);
  for (const [index, images] of sizes.entries()) {
    if (stop.signal.aborted || scalings.every(({ stopped }) => stopped)) break;
    const { split, facts, fits } = await setStage(benchmark, images, options, io);
    for (const [i, growth] of scalings.entries()) {
      const fit = fits[i]!;
      const { estimateSeconds: own } = adapters[i]!;
      const { params } = fit.job;
      const prior = own && ((train: number): number => own({ train, test: split.counts.test, params }));
      const stopAt = (size: number): Growth['stopped'] => {
        const reason = refusal(estimateSeconds(growth.costs, size, prior), size, options.stopSeconds);
        return reason === null ? null : { images: size, reason };
      };
      if (index === 0) growth.stopped = stopAt(images);
      if (growth.stopped || stop.signal.aborted) continue;

      const limits = { signal: stop.signal, timeoutSeconds: options.stopSeconds * SLACK };
      const round = await fitOurs(fit, `${growth.modelId}, ${images.toLocaleString('en')} images`, limits, io);
      if (round.ended.status === 'aborted') continue;
      const record = recordOf(facts, { ...fit.facts, command: commandOf(options, growth.modelId) }, round);
      if (isFinished(record)) {
        const { trainSeconds, predictSeconds } = record.timing;
        growth.costs.push({ images, fitSeconds: trainSeconds, predictSeconds });
        const next = sizes[index + 1];
        if (next !== undefined) growth.stopped = stopAt(next);
        // A report learns from here why there is no larger size.
        if (growth.stopped) record.model.notes['stopped'] = growth.stopped.reason;
      } else {
        const { status, error } = record;
        const reason = status === 'timed-out' ? `not done after ${limits.timeoutSeconds} s` : error.message;
        growth.stopped = { images, reason: `${status} at ${images.toLocaleString('en')} images: ${reason}` };
      }
      await writeRecord(fit.file, record);
      records.push(record);
    }
  }
  stop.release();
  if (options.json) io.out(JSON.stringify(scalings, null, 2));
  else io.out(`\n${scalingTable(scalings, sizes)}`);
  finish(records, stop.signal, options, io);
}
