// `npm run explain`: shows which pixels convolutional networks use (Grad-CAM).
import path from 'node:path';
import { Command } from 'commander';
import { normalizePicture } from '../app/pictures/normalize.ts';
import { openModels } from '../app/predict/loaded-models.ts';
import { terminalHeat, terminalPicture } from '../app/predict/terminal-picture.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { findTestImages } from '../data/test-images.ts';
import { sliceImages } from '../data/views.ts';
import { fileNamePart, oneLine } from '../document/escape.ts';
import { overlay } from '../document/overlay.ts';
import { createColours } from '../document/terminal-text.ts';
import type { FittedModel } from '../fitted/open.ts';
import type { RecordProblem } from '../results/read.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import type { Classifier, GradCam, Images } from '../types.ts';
import { chooseFitted, type FittedOptions } from './fitted-models.ts';
import { commaList, jsonOption } from './options.ts';
import { type OutputData, printJson } from './outputs/define-output.ts';
import { explainOutput } from './outputs/explain-output.ts';

const TEST_IMAGE = /^test:(\d+)$/;

interface ExplainOptions extends FittedOptions {
  readonly layer?: string;
  readonly class?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** One image to explain, with its class if known. */
interface Subject {
  readonly name: string;
  readonly image: Images;
  readonly truth: number | null;
}

/**
 * Builds the command that explains predictions of networks.
 *
 * @param io where it prints
 */
export function explainCommand(io: Io): Command {
  return new Command('explain')
    .description('show which pixels convolutional networks use (Grad-CAM), for pictures or test images')
    .argument('<what...>', 'picture files, or test:INDEX for a test image')
    .option('--models <ids>', 'model ids, separated by commas (default: all models with a kept fit)', commaList)
    .option('--layer <name>', 'name of the convolution to explain (default: the last one)')
    .option('--class <name>', 'class to explain (default: the predicted class)')
    .option('--results <folder>', 'folder of the records', 'results')
    .option('--out <folder>', 'write image, map and overlay side by side, as PNG')
    .addOption(jsonOption('maps and classes'))
    .addHelpText('after', '\nBright pixels speak for the class. An unknown --layer lists the layers.')
    .action((what: string[], options: ExplainOptions) => explain(what, options, io));
}

async function explain(what: readonly string[], options: ExplainOptions, io: Io): Promise<void> {
  const found = await chooseFitted(options, io, ({ family }) => family === 'cnn' || family === 'resnet');
  const { dataset } = found[0]!.record;
  const { classNames, shape } = dataset;
  const wanted = options.class === undefined ? null : classOf(options.class, classNames);
  const subjects: Subject[] = [];
  const problems: RecordProblem[] = [];
  for (const name of what) {
    try {
      subjects.push(await open(name, found[0]!));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push({ file: name, message: messageOf(error) });
      io.err(messageOf(error));
    }
  }
  const stop = stopOnSignals(io);
  const loaded =
    subjects.length > 0 ? await openModels(found, stop.signal, (text) => io.err(`left out: ${text}`)) : null;
  const explanations: OutputData<typeof explainOutput>['explanations'][number][] = [];
  const pictures: (() => Promise<void>)[] = [];
  try {
    for (const subject of subjects) {
      for (const { fitted, classifier } of loaded!.models) {
        const map = await gradCamOf(fitted, classifier, subject, { layer: options.layer, wanted });
        const [label] = (await classifier.predict(subject.image)).labels;
        const facts = {
          image: subject.name,
          model: fitted.adapter.id,
          layer: map.layer,
          predicted: classNames[label!]!,
          explained: classNames[map.labels[0]!]!,
          truth: subject.truth === null ? null : classNames[subject.truth]!,
        };
        const { out } = options;
        if (out !== undefined) pictures.push(() => save(out, facts, subject.image, map, io));
        if (options.json) explanations.push({ ...facts, height: map.height, width: map.width, map: [...map.maps] });
        else show(facts, subject.image.bytes, shape.width, map, io);
      }
    }
  } finally {
    loaded?.dispose();
    stop.release();
  }
  if (options.json) printJson(io, explainOutput, { explanations, problems });
  // The answers first: they are there even if the folder cannot be written to.
  for (const write of pictures) await write();
  io.exit(problems.length > 0 ? 1 : 0);
}

function classOf(name: string, classNames: readonly string[]): number {
  const label = classNames.findIndex((one) => one.toLowerCase() === name.toLowerCase());
  if (label < 0) throw new UserError(`unknown class: "${name}"; known: ${classNames.join(', ')}`);
  return label;
}

async function open(name: string, { record }: FittedModel): Promise<Subject> {
  const { dataset } = record;
  const index = TEST_IMAGE.exec(name)?.[1];
  if (index === undefined) {
    // Loaded on demand, so that other commands work without the decoding library.
    const { readPicture } = await import('../app/pictures/decode.ts');
    return { name, image: normalizePicture(await readPicture(name), dataset.shape).images, truth: null };
  }
  const test = await findTestImages(dataset);
  if (!test) throw new UserError(`the test images of ${dataset.name} are missing; npm run bench prepares them`);
  const at = Number(index);
  if (at >= test.count) throw new UserError(`unknown test image: ${index}; expected 0 to ${test.count - 1}`);
  return { name, image: sliceImages(test, at, at + 1), truth: test.labels[at]! };
}

async function gradCamOf(
  { adapter }: FittedModel,
  classifier: Classifier,
  { image }: Subject,
  { layer, wanted }: { readonly layer: string | undefined; readonly wanted: number | null },
): Promise<GradCam> {
  if (!classifier.gradCam) throw new UserError(`${adapter.id} cannot be explained: it is not a convolutional network`);
  return classifier.gradCam(image, {
    ...(layer !== undefined && { layer }),
    ...(wanted !== null && { labels: Uint8Array.of(wanted) }),
  });
}

async function save(
  folder: string,
  { image: name, model, layer }: { readonly image: string; readonly model: string; readonly layer: string },
  image: Images,
  map: GradCam,
  io: Io,
): Promise<void> {
  const stem = path.parse(name.replace(':', '-')).name;
  const target = path.join(folder, `${[stem, model, layer].map(fileNamePart).join('-')}.png`);
  await writeFileAtomic(target, overlay(image.bytes, image.shape, map));
  io.err(`wrote ${target}`);
}

function show(
  facts: { image: string; model: string; layer: string; predicted: string; explained: string; truth: string | null },
  bytes: Uint8Array,
  width: number,
  map: GradCam,
  io: Io,
): void {
  const paint = createColours(io.colour);
  const { model, layer } = facts;
  const [image, predicted, explained] = [facts.image, facts.predicted, facts.explained].map(oneLine);
  const truth = facts.truth === null ? '' : `, true class ${oneLine(facts.truth)}`;
  const left = terminalPicture(bytes, width, io.colour);
  const right = terminalHeat(map, bytes.length / width, width, io.colour);
  io.out(
    [
      `${paint.bold(image!)}  ${paint.bold(model)}, ${layer} (${map.height} x ${map.width})`,
      `predicted ${predicted}${truth}; bright pixels speak for ${explained}`,
      ...left.map((line, i) => `  ${line}  ${right[i]}`),
      '',
    ].join('\n'),
  );
}
