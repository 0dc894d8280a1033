// The answers of the models for one picture, and the image that they got.
import type { TryData, TryResult } from '../app/try/try-data.ts';
import { fixed, percentage } from '../document/format.ts';
import { visibleText } from '../document/visible-text.ts';
import { make } from './dom.ts';

/** Number of classes shown for each model until all are requested. */
const TOP = 3;
const INVITATION = 'The answers appear here.';

/** The answers on the page. */
export interface AnswerPart {
  readonly element: HTMLElement;
  show(result: TryResult): void;
  /** Says that an answer is on its way. */
  wait(): void;
  clear(): void;
  /** Shows why there is no answer. */
  fail(message: string): void;
}

/**
 * Creates the part.
 *
 * @param data of the page
 */
export function answerPart({ classNames, height, width }: TryData): AnswerPart {
  const alert = make('p', { className: 'note', role: 'alert', hidden: true });
  const verdict = make('p', { className: 'try-verdict', role: 'status' }, INVITATION);
  const warning = make('p', { className: 'note', hidden: true });
  const image = makeImage(width, height);
  const done = make('p', { className: 'faint' });
  const seen = make('div', { className: 'try-seen', hidden: true }, image, done);
  const every = make('input', { type: 'checkbox' });
  const choice = make('label', { hidden: true }, every, ' all classes');
  const list = make('ul', { className: 'try-answers' });
  let shown: TryResult | null = null;

  const show = (result: TryResult): void => {
    shown = result;
    const { answers, nearest, isBlank } = result;
    alert.hidden = true;
    verdict.textContent = isBlank ? 'The picture shows only background.' : majorityText(answers, classNames);
    warning.hidden = isBlank || !nearest?.isUnlike;
    if (nearest?.isUnlike) warning.textContent = warningText(nearest, classNames);
    paint(image, result.seen);
    done.textContent = `Input of the ${answers.length === 1 ? 'model' : 'models'}: ${whatWasDone(result)}.`;
    seen.hidden = false;
    // A single model has room for all classes.
    choice.hidden = isBlank || answers.length === 1;
    const count = answers.length === 1 || every.checked ? classNames.length : TOP;
    list.replaceChildren(...(isBlank ? [] : answers.map((answer) => card(answer, classNames, count))));
  };
  const empty = (): void => {
    shown = null;
    alert.hidden = true;
    warning.hidden = true;
    seen.hidden = true;
    choice.hidden = true;
    list.replaceChildren();
  };
  every.addEventListener('change', () => {
    if (shown) show(shown);
  });

  return {
    element: make('div', { className: 'try-out' }, alert, verdict, warning, seen, choice, list),
    show,
    wait() {
      verdict.textContent = '…';
    },
    clear() {
      empty();
      verdict.textContent = INVITATION;
    },
    fail(message) {
      empty();
      verdict.textContent = '';
      alert.textContent = visibleText(message);
      alert.hidden = false;
    },
  };
}

function makeImage(width: number, height: number): HTMLCanvasElement {
  return make('canvas', {
    className: 'pixelated',
    width,
    height,
    role: 'img',
    ariaLabel: 'The image that the models got',
  });
}

function warningText(nearest: NonNullable<TryResult['nearest']>, classNames: readonly string[]): string {
  return (
    `Unlike the training images: distance ${fixed(nearest.distance, 0)} from the nearest one ` +
    `(${classNames[nearest.label]}); 99 % of the test images are within ${fixed(nearest.usual, 0)}. The answers are unreliable.`
  );
}

/** The answer of one model: its classes, most probable first. */
function card({ model, label, probabilities }: TryResult['answers'][number], names: readonly string[], count: number) {
  const lines = probabilities
    ? [...probabilities.entries()].sort(([, a], [, b]) => b - a).slice(0, count)
    : [[label, null] as const];
  const bars = lines.map(([k, share]) =>
    make(
      'li',
      { className: k === label ? 'best' : '' },
      make('span', {}, names[k]!),
      ...(share === null
        ? [make('span', {}, 'no probability')]
        : [
            make('span', { className: 'probability' }, make('i', { style: `width:${100 * share}%` })),
            make('span', {}, percentage(share, 1)),
          ]),
    ),
  );
  return make('li', {}, make('h3', {}, model), make('ul', { className: 'bars' }, ...bars));
}

/** Summarises the answer of the majority of the models. */
function majorityText(answers: TryResult['answers'], names: readonly string[]): string {
  const votes = new Map<number, number>();
  for (const { label } of answers) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [label, most] = [...votes].sort(([, a], [, b]) => b - a)[0]!;
  if (answers.length > 1)
    return `${most === answers.length ? 'All' : most} of ${answers.length} models say ${names[label]}`;
  const share = answers[0]!.probabilities?.[label];
  return `${names[label]}${share === undefined ? '' : `, ${percentage(share, 1)}`}`;
}

function paint(canvas: HTMLCanvasElement, greys: readonly number[]): void {
  const rgba = Uint8ClampedArray.from({ length: 4 * greys.length }, (_, i) => (i % 4 === 3 ? 255 : greys[i >> 2]!));
  canvas.getContext('2d')!.putImageData(new ImageData(rgba, canvas.width, canvas.height), 0, 0);
}

function whatWasDone({ crop, inverted, isBlank, isUnchanged }: TryResult): string {
  if (isBlank) return 'nothing';
  if (isUnchanged) return 'the picture, unchanged';
  const place = `${crop.width} x ${crop.height} pixels at ${crop.left}, ${crop.top}`;
  return `${place}${inverted ? ', inverted because the background is light' : ''}`;
}
