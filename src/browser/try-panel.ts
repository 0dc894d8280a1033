// The part of a page that takes pictures (dropped, chosen, pasted or drawn) and shows the models' input and answers.
import type { TryData, TryResult } from '../app/try/try-data.ts';
import { asker } from './asker.ts';
import { bitmapOf } from './decode.ts';
import { make } from './dom.ts';
import { drawingSheet } from './drawing.ts';

/** Number of classes shown for each model until all are requested. */
const TOP = 3;
/** Longest side of a preview, in pixels. */
const PREVIEW = 200;
const INVITATION = { file: 'Choose a picture', answers: 'The answers appear here.' };

/**
 * Builds the part.
 *
 * @param place an element that holds only the data
 * @param data of the page
 * @param ask classifies a picture; the message of an error is shown
 */
export function tryPanel(place: HTMLElement, data: TryData, ask: (picture: Blob) => Promise<TryResult>): void {
  const answers = answerPart(data);
  // The subject of questions: one drawing until the canvas is cleared.
  let drawn = {};
  const chooser = fileChooser((file) => {
    answers.wait();
    questions.ask(file, () => Promise.resolve(file));
  });
  const questions = asker(ask, (outcome) => {
    if ('error' in outcome) {
      answers.fail(outcome.error instanceof Error ? outcome.error.message : String(outcome.error));
    } else {
      answers.show(outcome.answer);
      chooser.mark(outcome.answer);
    }
  });
  const forget = (): void => {
    drawn = {};
    questions.forget();
    chooser.clear();
    answers.clear();
  };
  const sheet = drawingSheet(() => {
    chooser.retire();
    questions.ask(drawn, () => sheet.picture());
  }, forget);
  place.append(
    make(
      'div',
      { className: 'try-in' },
      make('section', {}, make('h3', {}, 'A file'), chooser.element),
      make('section', {}, make('h3', {}, 'Or a drawing'), sheet.element),
    ),
    answers.element,
  );
}

/** A button that takes files from a dialog, dropped anywhere on the page, or pasted. */
function fileChooser(chosen: (file: File) => void) {
  const input = make('input', { type: 'file', accept: 'image/png,image/jpeg,image/webp,image/gif', hidden: true });
  const label = make('b', {}, INVITATION.file);
  const button = make(
    'button',
    { type: 'button', className: 'try-drop' },
    label,
    make('span', {}, 'or drop one on the page, or paste one'),
  );
  let preview: HTMLCanvasElement | null = null;
  let scale = 1;
  let current: File | null = null;
  /** The answer for the current file; may arrive before its preview. */
  let found: TryResult | null = null;

  const clear = (): void => {
    preview?.remove();
    preview = null;
    retire();
  };
  const retire = (): void => {
    current = null;
    found = null;
    label.textContent = INVITATION.file;
    preview?.classList.add('old');
  };
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (!file) return;
    clear();
    current = file;
    label.textContent = file.name;
    chosen(file);
    void show(file);
  };
  const show = async (file: File): Promise<void> => {
    // The classifier reports files that are not pictures.
    const bitmap = await bitmapOf(file).catch(() => null);
    if (!bitmap || current !== file) return;
    scale = Math.min(1, PREVIEW / Math.max(bitmap.width, bitmap.height));
    preview = make('canvas', {
      width: Math.max(1, Math.round(scale * bitmap.width)),
      height: Math.max(1, Math.round(scale * bitmap.height)),
    });
    preview.getContext('2d')!.drawImage(bitmap, 0, 0, preview.width, preview.height);
    bitmap.close();
    button.prepend(preview);
    outline();
  };
  const outline = (): void => {
    const context = preview?.getContext('2d');
    if (!context || !found || found.isBlank || found.isUnchanged) return;
    const { left, top, width, height } = found.crop;
    context.strokeStyle = '#e0662e';
    context.lineWidth = 2;
    context.strokeRect(scale * left, scale * top, scale * width, scale * height);
  };

  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take(input.files);
    // Lets the user choose the same file again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files));
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    button.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) button.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    button.classList.remove('over');
    take(event.dataTransfer.files);
  });

  return {
    element: make('div', {}, button, input),
    clear,
    /** Marks the file as outdated. Its preview stays, so that the layout does not move. */
    retire,
    /** Outlines the object in the preview. */
    mark(result: TryResult): void {
      if (!current) return;
      found = result;
      outline();
    },
  };
}

function answerPart({ classNames, height, width }: TryData) {
  const alert = make('p', { className: 'note', role: 'alert', hidden: true });
  const verdict = make('p', { className: 'try-verdict', role: 'status' }, INVITATION.answers);
  const warning = make('p', { className: 'note', hidden: true });
  const image = make('canvas', {
    className: 'pixelated',
    width,
    height,
    role: 'img',
    ariaLabel: 'The image that the models got',
  });
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
    verdict.textContent = isBlank ? 'The picture shows only background.' : summaryOf(answers, classNames);
    warning.hidden = isBlank || !nearest?.isUnlike;
    if (nearest?.isUnlike) {
      warning.textContent =
        `Unlike the training images: distance ${nearest.distance.toFixed(0)} from the nearest one ` +
        `(${classNames[nearest.label]}); 99 % of the test images are within ${nearest.usual.toFixed(0)}. The answers are unreliable.`;
    }
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
    wait(): void {
      verdict.textContent = '…';
    },
    clear(): void {
      empty();
      verdict.textContent = INVITATION.answers;
    },
    fail(message: string): void {
      empty();
      verdict.textContent = '';
      alert.textContent = message;
      alert.hidden = false;
    },
  };
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
            make('span', {}, `${(100 * share).toFixed(1)} %`),
          ]),
    ),
  );
  return make('li', {}, make('h3', {}, model), make('ul', { className: 'bars' }, ...bars));
}

/** Summarises the answer of the majority of the models. */
function summaryOf(answers: TryResult['answers'], names: readonly string[]): string {
  const votes = new Map<number, number>();
  for (const { label } of answers) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [label, most] = [...votes].sort(([, a], [, b]) => b - a)[0]!;
  if (answers.length > 1)
    return `${most === answers.length ? 'All' : most} of ${answers.length} models say ${names[label]}`;
  const share = answers[0]!.probabilities?.[label];
  return `${names[label]}${share === undefined ? '' : `, ${(100 * share).toFixed(1)} %`}`;
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
