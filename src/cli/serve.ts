// `npm run serve`: a local web page that shows reports and classifies pictures with every fitted model.
import { Command, InvalidArgumentError } from 'commander';
import { openModels } from '../app/predict/loaded-models.ts';
import { createNoveltyScore } from '../app/predict/out-of-distribution.ts';
import { listReports } from '../app/serve/report-files.ts';
import { renderMissing, renderServePage } from '../app/serve/serve-page.ts';
import { startServer } from '../app/serve/server.ts';
import { loadDataset } from '../data/dataset.ts';
import { pageScript } from '../document/page-script.ts';
import type { FittedModel } from '../fitted/open.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import { chooseFitted, type FittedOptions } from './fitted-models.ts';
import { commaList } from './options.ts';

const DEFAULT_PORT = 4280;

interface ServeOptions extends FittedOptions {
  readonly report: string;
  readonly port: number;
}

/**
 * Builds the command that runs the local server.
 *
 * @param io where it prints
 */
export function serveCommand(io: Io): Command {
  return new Command('serve')
    .description('run a local web page: browse reports, classify dropped or drawn pictures with every fitted model')
    .option('--models <ids>', 'model ids, separated by commas (default: all models with a kept fit)', commaList)
    .option('--results <folder>', 'folder of the records', 'results')
    .option('--report <folder>', 'folder of the report', 'report')
    .option('--port <n>', 'port to listen on; 0 for any free port', portNumber, DEFAULT_PORT)
    .addHelpText('after', '\nThe page is reachable from this machine only. Ctrl-C stops it.')
    .action((options: ServeOptions) => serve(options, io));
}

async function serve(options: ServeOptions, io: Io): Promise<void> {
  const stop = stopOnSignals({ ...io, err: () => io.err('stopping (press Ctrl-C again to stop at once) ...') });
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  try {
    const found = await chooseFitted(options, io, ({ kind }) => kind !== 'baseline');
    // Loaded on demand, so that other commands work without the decoding library.
    const { MAX_FILE_BYTES } = await import('../app/pictures/decode.ts');
    const script = await pageScript('serve');
    let opening: ReturnType<typeof open> | undefined;
    // Listens before the models are loaded, which takes seconds: a port in use is reported at once.
    const server = await startServer({
      port: options.port,
      report: options.report,
      maxBytes: MAX_FILE_BYTES,
      page: async () => renderServePage(found, await listReports(options.report), script),
      missing: renderMissing,
      classify: async (bytes) => (await opening!).classify(bytes),
      failed: (error) => io.err(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    io.err(`loading ${found.map(({ adapter }) => adapter.id).join(', ')} ...`);
    opening = open(found, stop.signal, io);
    try {
      await Promise.race([opening, stopped]);
      if (!stop.signal.aborted) io.out(`${server.url} (Ctrl-C stops)`);
      await stopped;
    } finally {
      await server.close();
      (await opening.catch(() => null))?.loaded.dispose();
    }
  } finally {
    // npm repeats a Ctrl-C, which must not interrupt the shutdown.
    if (!stop.signal.aborted) stop.release();
  }
  io.exit(0);
}

async function open(found: readonly FittedModel[], signal: AbortSignal, io: Io) {
  const { classifier } = await import('../app/serve/classify.ts');
  const { shape, name } = found[0]!.record.dataset;
  const loaded = await openModels(found, signal, (text) => io.err(`left out: ${text}`));
  const noveltyScore = await loadDataset(name).then(createNoveltyScore, () => null);
  return { loaded, classify: classifier(loaded, noveltyScore, shape) };
}

/** Reads a port; for Commander. */
function portNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError('expected a whole number from 0 to 65535.');
  }
  return value;
}
