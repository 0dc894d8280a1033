// `npm run predict`: what fitted models say of pictures.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import picocolors from 'picocolors';
import { type NormalizationFacts, type NormalizedPicture, normalizePicture } from '../app/pictures/normalize.ts';
import { judge, type Verdict } from '../app/predict/classify-picture.ts';
import { openModels } from '../app/predict/loaded-models.ts';
import { createNoveltyScore } from '../app/predict/out-of-distribution.ts';
import { terminalPicture } from '../app/predict/terminal-picture.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { loadDataset } from '../data/dataset.ts';
import { sheet } from '../document/image-sheet.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import { chooseFitted, countFrom1, type FittedOptions } from './fitted-models.ts';
import { commaList } from './options.ts';

/** Width of a bar that stands for all of the probability. */
const BAR = 24;

interface PredictOptions extends FittedOptions {
  readonly top: number;
  readonly save?: string;
  readonly json?: boolean;
}

/** What was found of one picture. */
interface Seen extends NormalizedPicture {
  readonly file: string;
}

/**
 * Builds the command that classifies pictures.
 *
 * @param io where it prints
 */
export function predictCommand(io: Io): Command {
  return new Command('predict')
    .description('classify pictures of any size and colour (PNG, JPEG, WebP, GIF) with the models fitted last')
    .argument('<file...>', 'pictures')
    .option('--models <ids>', 'only these, separated by commas (default: all whose fits are kept)', commaList)
    .option('--results <folder>', 'where the records of models lie', 'results')
    .option('--top <n>', 'classes shown of each model', countFrom1, 3)
    .option('--save <folder>', 'write what the models saw as PNG')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nA picture is made grey, cropped to what it shows, scaled to the size of the training images and inverted when its\n' +
        'background is light. Exits with 1 when a picture could not be read.',
    )
    .action((files: string[], options: PredictOptions) => predict(files, options, io));
}

async function predict(files: readonly string[], options: PredictOptions, io: Io): Promise<void> {
  const found = await chooseFitted(options, io, ({ kind }) => kind !== 'baseline');
  const { shape, classNames, name } = found[0]!.record.dataset;
  // Loaded here, so that all else works where the library that decodes is missing.
  const { readPicture } = await import('../app/pictures/decode.ts');
  const pictures: Seen[] = [];
  let hasFailed = false;
  for (const file of files) {
    try {
      pictures.push({ file, ...normalizePicture(await readPicture(file), shape) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      hasFailed = true;
      io.err(messageOf(error));
    }
  }
  const stop = stopOnSignals(io);
  try {
    if (pictures.length > 0) {
      const loaded = await openModels(found, stop.signal);
      const noveltyScore = await loadDataset(name).then(createNoveltyScore, () => null);
      const verdicts = await judge(pictures, loaded, noveltyScore).finally(() => loaded.dispose());
      if (options.save !== undefined) await save(options.save, pictures, shape, io);
      const named = pictures.map(({ file }, i) => ({ file, ...verdicts[i]! }));
      if (options.json) io.out(JSON.stringify({ classNames, pictures: named }, null, 2));
      else for (const one of named) io.out(describe(one, { classNames, width: shape.width, top: options.top }, io));
    }
  } finally {
    stop.release();
  }
  io.exit(hasFailed ? 1 : 0);
}

async function save(folder: string, pictures: readonly Seen[], shape: Parameters<typeof sheet>[1], io: Io) {
  try {
    await mkdir(folder, { recursive: true });
    for (const { file, images } of pictures) {
      const target = path.join(folder, `${path.parse(file).name}.png`);
      await writeFile(target, sheet([images.bytes], shape, 1));
      io.err(`wrote ${target}`);
    }
  } catch (cause) {
    throw new UserError(`cannot write to ${folder}: ${messageOf(cause)}`, { cause });
  }
}

function describe(
  { file, seen, answers, nearest, ...facts }: Verdict & { readonly file: string },
  { classNames, width: columns, top }: { classNames: readonly string[]; width: number; top: number },
  io: Io,
): string {
  const paint = picocolors.createColors(io.colour);
  const width = Math.max(...answers.map(({ model }) => model.length));
  const nameWidth = Math.max(...classNames.map((name) => name.length));
  const lines = answers.flatMap(({ model, label, probabilities }) => {
    const shown = probabilities
      ? classNames
          .map((name, k) => ({ name, share: probabilities[k]! }))
          .sort((a, b) => b.share - a.share)
          .slice(0, top)
      : [{ name: classNames[label]!, share: null }];
    return shown.map(({ name, share }, i) => {
      const head = `${(i === 0 ? model : '').padEnd(width)}  ${name.padEnd(nameWidth)}`;
      if (share === null) return `${paint.bold(head)}  no probability`;
      const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR);
      const line = `${head}  ${bar} ${(100 * share).toFixed(1).padStart(5)} %`;
      return i === 0 ? paint.bold(line) : paint.dim(line);
    });
  });
  const warning =
    nearest?.isUnlike &&
    `unlike the training images: ${nearest.distance.toFixed(0)} grey values from the nearest ` +
      `(${classNames[nearest.label]}), of 100 test images 99 at most ${nearest.usual.toFixed(0)}; read the answers with care`;
  return [
    paint.bold(file),
    `seen: ${whatWasDone(facts)}`,
    ...terminalPicture(Uint8Array.from(seen), columns, io.colour).map((line) => `  ${line}`),
    ...lines,
    ...(warning ? [`${paint.yellow('warning:')} ${warning}`] : []),
    '',
  ].join('\n');
}

function whatWasDone({ crop, inverted, isBlank, isUnchanged }: NormalizationFacts): string {
  if (isBlank) return 'nothing stands out from the background';
  if (isUnchanged) return 'the picture as it is';
  const place = `${crop.width} x ${crop.height} pixels at ${crop.left}, ${crop.top}`;
  return `${place}${inverted ? ', inverted because its background is light' : ''}`;
}
