// Two models side by side: the confusion matrix of one, or how it differs from another's.
import { DEEP, depthPercent } from '../document/matrix-depth.ts';
import type { ConfusionData } from '../document/page-data.ts';
import { dataOf, find, make, select } from './dom.ts';

/**
 * Brings a chooser to life: two lists of models, counts or shares, and the matrix that follows from them.
 *
 * @param part with the data as JSON, and an empty `output`
 */
export function chooseConfusions(part: HTMLElement): void {
  const { classNames, models } = dataOf<ConfusionData>(part);
  const output = find<HTMLElement>(part, 'output');
  const names = models.map(({ name }) => name);
  const first = select('Model', names);
  const second = select('less', ['nothing', ...names]);
  const shares = make('input', { type: 'checkbox' });
  const show = (): void => {
    const minus = models[second.list.selectedIndex - 1];
    output.replaceChildren(matrix(models[first.list.selectedIndex]!, minus, shares.checked, classNames));
  };
  const controls = make('div', { className: 'controls' }, first.label, second.label);
  controls.append(make('label', {}, shares, ' shares of the row'));
  controls.addEventListener('change', show);
  output.before(controls);
  part.hidden = false;
  show();
}

function matrix(
  model: ConfusionData['models'][number],
  minus: ConfusionData['models'][number] | undefined,
  asShares: boolean,
  classNames: readonly string[],
): HTMLElement {
  const scaled = (row: readonly number[]): number[] => {
    const support = row.reduce((sum, value) => sum + value, 0);
    return row.map((value) => (asShares ? (support === 0 ? 0 : (100 * value) / support) : value));
  };
  const rows = model.confusion.map((row, truth) => {
    const [own, other] = [scaled(row), minus && scaled(minus.confusion[truth]!)];
    const support = row.reduce((sum, value) => sum + value, 0);
    return own.map((value, predicted) => ({
      value: other ? value - other[predicted]! : value,
      share: support === 0 ? 0 : (row[predicted]! - (minus ? minus.confusion[truth]![predicted]! : 0)) / support,
    }));
  });
  const write = (value: number): string => {
    const rounded = asShares ? value.toFixed(1) : String(Math.round(value));
    if (Number(rounded) === 0) return '';
    return minus && value > 0 ? `+${rounded}` : rounded.replace('-', '−');
  };
  const caption = minus
    ? `${model.name} less ${minus.name}: blue where the first is better (more right answers, fewer mistakes), orange where it is worse.`
    : `${model.name}: rows are the truth, columns the prediction.`;
  const head = make('tr', {}, make('td'), ...classNames.map((name) => make('th', { scope: 'col' }, name)));
  const body = rows.map((row, truth) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, classNames[truth]!),
      ...row.map(({ value, share }, predicted) => {
        const isRight = truth === predicted;
        const isGood = minus ? isRight === share > 0 : isRight;
        // A difference is small beside a whole row: its root makes one in a hundred visible.
        const depth = isRight && !minus ? Math.abs(share) : Math.sqrt(Math.abs(share));
        const unit = asShares ? '% of the row' : 'images';
        return make(
          'td',
          {
            className: `${isGood ? 'good' : 'bad'}${depth > DEEP ? ' deep' : ''}`,
            style: `--depth:${depthPercent(depth)}%`,
            title: `${classNames[truth]} taken for ${classNames[predicted]}: ${write(value) || 0} ${unit}`,
          },
          write(value),
        );
      }),
    ),
  );
  return make(
    'div',
    { className: 'box', tabIndex: 0 },
    make(
      'table',
      { className: 'matrix' },
      make('caption', {}, caption),
      make('thead', {}, head),
      make('tbody', {}, ...body),
    ),
  );
}
