// Pictures of mistakes: which to show, and what every model says of one.
import type { GalleryData } from '../document/page-data.ts';
import { bytesOf, dataOf, find, make, select } from './dom.ts';

/** Pictures at a time. */
const PAGE = 48;
/** A picture is shown so many times as large in the list, and in the close-up. */
const ZOOM = { list: 3, closeUp: 6 };

/**
 * Brings a gallery to life: lists to choose by model and by class, more on request, a close-up of the picture chosen.
 *
 * @param part with the data as JSON, the sheet as an image, and an empty `output`
 */
export function browseGallery(part: HTMLElement): void {
  const data = dataOf<GalleryData>(part);
  const { classNames, models } = data;
  const truth = bytesOf(data.truth);
  const labels = data.labels.map(bytesOf);
  const confidence = data.confidence.map((text) => (text === null ? null : bytesOf(text)));
  const sheet = find<HTMLImageElement>(part, 'img').src;
  const output = find<HTMLElement>(part, 'output');
  const count = truth.length;
  const rightOf = Array.from({ length: count }, (_, i) => labels.filter((of) => of[i] === truth[i]).length);
  const sureness = (model: number, i: number): number => (confidence[model]?.[i] ?? 0) / 255;

  const which = select('Show', [
    'images that all models miss',
    ...(models.length > 1 ? ['images that only one model gets'] : []),
    ...models.map((name) => `mistakes of ${name}`),
  ]);
  const firstModel = models.length > 1 ? 2 : 1;
  const truths = select('of class', ['any', ...classNames]);
  const guesses = select('taken for', ['any', ...classNames]);
  const list = make('ul', { className: 'pictures' });
  const more = make('button', { type: 'button' }, 'more');
  const total = make('p', { className: 'faint' });
  const closeUp = make('div', { className: 'close-up' });
  closeUp.setAttribute('aria-live', 'polite');
  let shown = PAGE;

  /** The model whose mistakes are asked for; -1 for none. */
  const asked = (): number => which.list.selectedIndex - firstModel;
  const found = (): number[] => {
    const model = asked();
    const [of, as] = [truths.list.selectedIndex - 1, guesses.list.selectedIndex - 1];
    const isAsked = (i: number): boolean => {
      if (of >= 0 && truth[i] !== of) return false;
      const named = model >= 0 ? [labels[model]![i]] : labels.map((one) => one[i]);
      if (as >= 0 && !named.includes(as)) return false;
      if (model >= 0) return labels[model]![i] !== truth[i];
      return rightOf[i] === (which.list.selectedIndex === 0 ? 0 : 1);
    };
    const all = [...truth.keys()].filter(isAsked);
    return model >= 0 ? all.sort((a, b) => sureness(model, b) - sureness(model, a)) : all;
  };

  function picture(i: number, zoom: number): HTMLElement {
    const [cell, line] = [(data.width + 1) * zoom, (data.height + 1) * zoom];
    const place = `${-(i % data.columns) * cell}px ${-Math.floor(i / data.columns) * line}px`;
    const size = `${data.columns * cell - zoom}px auto`;
    const one = make('span', {
      className: 'pixelated',
      role: 'img',
      ariaLabel: `test image ${data.images[i]}`,
      style: `display:inline-block;width:${data.width * zoom}px;height:${data.height * zoom}px;background-position:${place};background-size:${size}`,
    });
    one.style.backgroundImage = `url(${sheet})`;
    return one;
  }

  function words(i: number): string {
    const model = asked();
    const name = classNames[truth[i]!]!;
    if (model >= 0) {
      const sure = confidence[model] ? ` (${Math.round(100 * sureness(model, i))} %)` : '';
      return `${name} → ${classNames[labels[model]![i]!]}${sure}`;
    }
    if (rightOf[i] === 1) return `${name}: ${models[labels.findIndex((of) => of[i] === truth[i])]}`;
    const votes = new Map<number, number>();
    for (const of of labels) votes.set(of[i]!, (votes.get(of[i]!) ?? 0) + 1);
    const [guess] = [...votes].sort(([, a], [, b]) => b - a)[0]!;
    return `${name} → ${classNames[guess]}`;
  }

  function inspect(i: number): void {
    const bars = models.map((name, model) => {
      const label = labels[model]![i]!;
      const isRight = label === truth[i];
      const share = confidence[model] ? Math.round(100 * sureness(model, i)) : null;
      return make(
        'li',
        { className: isRight ? 'good' : 'bad' },
        make('span', {}, name),
        make('span', {}, `${isRight ? '✓' : '✗'} ${classNames[label]}`),
        make('span', { className: 'probability' }, make('i', { style: `width:${share ?? 0}%` })),
        make('span', {}, share === null ? '–' : `${share} %`),
      );
    });
    closeUp.replaceChildren(
      make('h3', {}, `Test image ${data.images[i]}: ${classNames[truth[i]!]}`),
      picture(i, ZOOM.closeUp),
      make('ul', { className: 'bars' }, ...bars),
    );
  }

  function show(): void {
    const all = found();
    total.textContent = `${Math.min(shown, all.length)} of ${all.length} pictures`;
    more.hidden = all.length <= shown;
    list.replaceChildren(
      ...all.slice(0, shown).map((i) => {
        const button = make('button', { type: 'button' }, picture(i, ZOOM.list), make('span', {}, words(i)));
        button.addEventListener('click', () => inspect(i));
        return make('li', {}, button);
      }),
    );
    if (all.length > 0 && closeUp.childElementCount === 0) inspect(all[0]!);
  }

  const controls = make('div', { className: 'controls' }, which.label, truths.label, guesses.label);
  controls.addEventListener('change', () => {
    shown = PAGE;
    closeUp.replaceChildren();
    show();
  });
  more.addEventListener('click', () => {
    shown += PAGE;
    show();
  });
  output.replaceChildren(controls, closeUp, list, total, more);
  part.hidden = false;
  show();
}
