// `npm run predict`: classifies pictures with fitted models.
import path from 'node:path';
import { Command } from 'commander';
import { type NormalizationFacts, type NormalizedPicture, normalizePicture } from '../app/pictures/normalize.ts';
import { judge, type Verdict } from '../app/predict/classify-picture.ts';
import { openModels } from '../app/predict/loaded-models.ts';
import { createNoveltyScore } from '../app/predict/out-of-distribution.ts';
import { terminalPicture } from '../app/predict/terminal-picture.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { loadDataset } from '../data/dataset.ts';
import { fileNamePart, oneLine } from '../document/escape.ts';
import { percent } from '../document/format.ts';
import { sheet } from '../document/image-sheet.ts';
import { createColours } from '../document/terminal-text.ts';
import type { RecordProblem } from '../results/read.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import { chooseFitted, type FittedOptions } from './fitted-models.ts';
import { commaList, jsonOption, wholeNumber } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { predictOutput } from './outputs/predict-output.ts';

/** Width of the bar of probability 1, in characters. */
const BAR = 24;

interface PredictOptions extends FittedOptions {
  readonly top: number;
  readonly save?: string;
  readonly json?: boolean;
}

/** A picture prepared for the models. */
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
    .description('classify pictures (PNG, JPEG, WebP, GIF; any size and colour) with the most recently fitted models')
    .argument('<file...>', 'picture files')
    .option('--models <ids>', 'model ids, separated by commas (default: all models with a kept fit)', commaList)
    .option('--results <folder>', 'folder of the records', 'results')
    .option('--top <n>', 'number of classes to show for each model', wholeNumber(1), 3)
    .option('--save <folder>', 'write the images that the models got, as PNG')
    .addOption(jsonOption('answers and images'))
    .addHelpText(
      'after',
      '\nEach picture is converted to grey, cropped to its object, scaled to the size of the training images and inverted\n' +
        'if its background is light.',
    )
    .action((files: string[], options: PredictOptions) => predict(files, options, io));
}

async function predict(files: readonly string[], options: PredictOptions, io: Io): Promise<void> {
  const found = await chooseFitted(options, io, ({ kind }) => kind !== 'baseline');
  const { shape, classNames, name } = found[0]!.record.dataset;
  // Loaded on demand, so that other commands work without the decoding library.
  const { readPicture } = await import('../app/pictures/decode.ts');
  const pictures: Seen[] = [];
  const problems: RecordProblem[] = [];
  for (const file of files) {
    try {
      pictures.push({ file, ...normalizePicture(await readPicture(file), shape) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push({ file, message: messageOf(error) });
      io.err(messageOf(error));
    }
  }
  if (pictures.length === 0 && options.json) printJson(io, predictOutput, { classNames, pictures: [], problems });
  const stop = stopOnSignals(io);
  try {
    if (pictures.length > 0) {
      const loaded = await openModels(found, stop.signal, (text) => io.err(`left out: ${text}`));
      const noveltyScore = await loadDataset(name).then(createNoveltyScore, () => null);
      const verdicts = await judge(pictures, loaded, noveltyScore).finally(() => loaded.dispose());
      const named = pictures.map(({ file }, i) => ({ file, ...verdicts[i]! }));
      if (options.json) printJson(io, predictOutput, { classNames, pictures: named, problems });
      else for (const one of named) io.out(describe(one, { classNames, width: shape.width, top: options.top }, io));
      // The answers first: they are there even if the folder cannot be written to.
      if (options.save !== undefined) await save(options.save, pictures, shape, io);
    }
  } finally {
    stop.release();
  }
  io.exit(problems.length > 0 ? 1 : 0);
}

async function save(folder: string, pictures: readonly Seen[], shape: Parameters<typeof sheet>[1], io: Io) {
  for (const { file, images } of pictures) {
    const target = path.join(folder, `${fileNamePart(path.parse(file).name)}.png`);
    await writeFileAtomic(target, sheet([images.bytes], shape, 1));
    io.err(`wrote ${target}`);
  }
}

function describe(
  { file, seen, answers, nearest, ...facts }: Verdict & { readonly file: string },
  { width: columns, top, ...options }: { classNames: readonly string[]; width: number; top: number },
  io: Io,
): string {
  const classNames = options.classNames.map(oneLine);
  const paint = createColours(io.colour);
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
      const line = `${head}  ${bar} ${percent(share, 1).padStart(5)} %`;
      return i === 0 ? paint.bold(line) : paint.dim(line);
    });
  });
  const warning =
    nearest?.isUnlike &&
    `unlike the training images: distance ${nearest.distance.toFixed(0)} from the nearest one ` +
      `(${classNames[nearest.label]}); 99 % of the test images are within ${nearest.usual.toFixed(0)}. The answers are unreliable`;
  return [
    paint.bold(oneLine(file)),
    `input: ${whatWasDone(facts)}`,
    ...terminalPicture(Uint8Array.from(seen), columns, io.colour).map((line) => `  ${line}`),
    ...lines,
    ...(warning ? [`${paint.yellow('warning:')} ${warning}`] : []),
    '',
  ].join('\n');
}

function whatWasDone({ crop, inverted, isBlank, isUnchanged }: NormalizationFacts): string {
  if (isBlank) return 'only background';
  if (isUnchanged) return 'the picture, unchanged';
  const place = `${crop.width} x ${crop.height} pixels at ${crop.left}, ${crop.top}`;
  return `${place}${inverted ? ', inverted because the background is light' : ''}`;
}
