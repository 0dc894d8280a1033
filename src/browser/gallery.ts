// The gallery of mistakes: lists to choose pictures, and the predictions of every model for one picture.
import type { GalleryData } from '../document/page-data.ts';
import { bytesOf, dataOf, find, make, select } from './dom.ts';

/** Pictures at a time. */
const PAGE = 48;

/** The data of a gallery, decoded. */
interface Pictures {
  readonly data: GalleryData;
  readonly truth: Uint8Array;
  /** For each model the label of each picture. */
  readonly labels: readonly Uint8Array[];
  /** For each model the confidence of each picture, 0-255; null without probabilities. */
  readonly confidence: readonly (Uint8Array | null)[];
  /** How many models classify each picture correctly. */
  readonly rightOf: readonly number[];
}

/** What a reader chooses. */
interface Choice {
  /** The model whose mistakes are shown; -1 for images that no model, or only one, classifies correctly. */
  readonly model: number;
  /** With no model: how many models classify the images correctly. */
  readonly right: 0 | 1;
  /** Classes; -1 for any. */
  readonly truth: number;
  readonly predicted: number;
}

/**
 * Adds lists to choose by model and by class, more pictures on request, and a close-up of the chosen picture.
 *
 * @param part with the data as JSON and an `output`
 */
export function browseGallery(part: HTMLElement): void {
  const pictures = decode(dataOf<GalleryData>(part));
  const chooser = makeChooser(pictures.data);
  const list = make('ul', { className: 'pictures' });
  const more = make('button', { type: 'button' }, 'more');
  const total = make('p', { className: 'faint' });
  const closeUp = make('div', { className: 'close-up' });
  closeUp.setAttribute('aria-live', 'polite');
  let shown = PAGE;
  const inspect = (i: number): void => closeUp.replaceChildren(...closeUpOf(pictures, i));
  const show = (): void => {
    const choice = chooser.choice();
    const all = findPictures(pictures, choice);
    total.textContent = `${Math.min(shown, all.length)} of ${all.length} pictures`;
    more.hidden = all.length <= shown;
    list.replaceChildren(
      ...all.slice(0, shown).map((i) => {
        const button = make(
          'button',
          { type: 'button' },
          picture(pictures, i),
          make('span', {}, caption(pictures, choice, i)),
        );
        button.addEventListener('click', () => inspect(i));
        return make('li', {}, button);
      }),
    );
    if (all.length > 0 && closeUp.childElementCount === 0) inspect(all[0]!);
  };
  chooser.controls.addEventListener('change', () => {
    shown = PAGE;
    closeUp.replaceChildren();
    show();
  });
  more.addEventListener('click', () => {
    shown += PAGE;
    show();
  });
  find(part, 'output').replaceChildren(chooser.controls, closeUp, list, total, more);
  show();
}

function decode(data: GalleryData): Pictures {
  const truth = bytesOf(data.truth);
  const labels = data.labels.map(bytesOf);
  const confidence = data.confidence.map((text) => (text === null ? null : bytesOf(text)));
  const rightOf = Array.from(truth, (label, i) => labels.filter((of) => of[i] === label).length);
  return { data, truth, labels, confidence, rightOf };
}

function makeChooser({ models, classNames }: GalleryData) {
  const isSeveral = models.length > 1;
  const which = select('Show', [
    'images that all models get wrong',
    ...(isSeveral ? ['images that only one model gets right'] : []),
    ...models.map((name) => `mistakes of ${name}`),
  ]);
  const truths = select('of class', ['any', ...classNames]);
  const predicted = select('predicted as', ['any', ...classNames]);
  const choice = (): Choice => ({
    model: Math.max(-1, which.list.selectedIndex - (isSeveral ? 2 : 1)),
    right: which.list.selectedIndex === 0 ? 0 : 1,
    truth: truths.list.selectedIndex - 1,
    predicted: predicted.list.selectedIndex - 1,
  });
  return { controls: make('div', { className: 'controls' }, which.label, truths.label, predicted.label), choice };
}

/** Positions on the sheet; the mistakes of a model by its confidence. */
function findPictures(pictures: Pictures, choice: Choice): number[] {
  const { truth, labels, rightOf } = pictures;
  const { model } = choice;
  const isFound = (i: number): boolean => {
    if (choice.truth >= 0 && truth[i] !== choice.truth) return false;
    const predictions = model >= 0 ? [labels[model]![i]] : labels.map((one) => one[i]);
    if (choice.predicted >= 0 && !predictions.includes(choice.predicted)) return false;
    return model >= 0 ? labels[model]![i] !== truth[i] : rightOf[i] === choice.right;
  };
  const all = [...truth.keys()].filter(isFound);
  const confidenceOf = (i: number): number => percentOf(pictures, model, i) ?? 0;
  return model >= 0 ? all.sort((a, b) => confidenceOf(b) - confidenceOf(a)) : all;
}

/** The confidence of a model in percent; null without probabilities. */
function percentOf({ confidence }: Pictures, model: number, i: number): number | null {
  const of = confidence[model];
  return of ? (100 * of[i]!) / 255 : null;
}

/** A part of the sheet; the style sheet has the sheet. */
function picture({ data }: Pictures, i: number): HTMLElement {
  return make('span', {
    className: 'sheet',
    role: 'img',
    ariaLabel: `test image ${data.images[i]}`,
    style: `--x:${i % data.columns};--y:${Math.floor(i / data.columns)}`,
  });
}

function caption(pictures: Pictures, { model }: Choice, i: number): string {
  const { data, truth, labels, rightOf } = pictures;
  const name = data.classNames[truth[i]!]!;
  if (model >= 0) {
    const percent = percentOf(pictures, model, i);
    return `${name} → ${data.classNames[labels[model]![i]!]}${percent === null ? '' : ` (${Math.round(percent)} %)`}`;
  }
  if (rightOf[i] === 1) return `${name}: ${data.models[labels.findIndex((of) => of[i] === truth[i])]}`;
  const votes = new Map<number, number>();
  for (const of of labels) votes.set(of[i]!, (votes.get(of[i]!) ?? 0) + 1);
  const [most] = [...votes].sort(([, a], [, b]) => b - a)[0]!;
  return `${name} → ${data.classNames[most]}`;
}

function closeUpOf(pictures: Pictures, i: number): HTMLElement[] {
  const { data, truth, labels } = pictures;
  const bars = data.models.map((name, model) => {
    const label = labels[model]![i]!;
    const isRight = label === truth[i];
    const percent = percentOf(pictures, model, i);
    const rounded = percent === null ? null : Math.round(percent);
    return make(
      'li',
      { className: isRight ? 'good' : 'bad' },
      make('span', {}, name),
      make('span', {}, `${isRight ? '✓' : '✗'} ${data.classNames[label]}`),
      make('span', { className: 'probability' }, make('i', { style: `width:${rounded ?? 0}%` })),
      make('span', {}, rounded === null ? '–' : `${rounded} %`),
    );
  });
  return [
    make('h3', {}, `Test image ${data.images[i]}: ${data.classNames[truth[i]!]}`),
    picture(pictures, i),
    make('ul', { className: 'bars' }, ...bars),
  ];
}
