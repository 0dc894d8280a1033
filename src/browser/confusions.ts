// Shows the confusion matrix of one model, or how it differs from another's.
import { confusionCaption, confusionCells, type NamedConfusion } from '../document/confusion-cells.ts';
import type { ConfusionData } from '../document/page-data.ts';
import { dataOf, find, make, select } from './dom.ts';

/**
 * Adds lists of models, and shows the matrix that is chosen.
 *
 * @param part with the data as JSON, and an `output` that shows the first model's matrix
 */
export function chooseConfusions(part: HTMLElement): void {
  const { classNames, models } = dataOf<ConfusionData>(part);
  const output = find<HTMLElement>(part, 'output');
  const names = models.map(({ name }) => name);
  const first = select('Model', names);
  const second = select('minus', ['nothing', ...names]);
  const shares = make('input', { type: 'checkbox' });
  const show = (): void => {
    const minus = models[second.list.selectedIndex - 1];
    output.replaceChildren(matrix(models[first.list.selectedIndex]!, minus, shares.checked, classNames));
  };
  const controls = make('div', { className: 'controls' }, first.label, second.label);
  controls.append(make('label', {}, shares, ' shares of the row'));
  controls.addEventListener('change', show);
  output.before(controls);
}

function matrix(
  model: NamedConfusion,
  minus: NamedConfusion | undefined,
  asShares: boolean,
  classNames: readonly string[],
): HTMLElement {
  const head = make('tr', {}, make('td'), ...classNames.map((name) => make('th', { scope: 'col' }, name)));
  const body = confusionCells(model, minus, asShares, classNames).map((cells, truth) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, classNames[truth]!),
      ...cells.map(({ text, title, className, depth }) =>
        make('td', { className, title, style: `--depth:${depth}%` }, text),
      ),
    ),
  );
  return make(
    'div',
    { className: 'box', tabIndex: 0 },
    make(
      'table',
      { className: 'matrix pinned' },
      make('caption', {}, confusionCaption(model, minus)),
      make('thead', {}, head),
      make('tbody', {}, ...body),
    ),
  );
}
