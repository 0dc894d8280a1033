// The script of every page: sorts tables, and opens folded parts for printing. A page is complete without it.

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
  const heads = [...table.tHead!.rows[0]!.cells];
  for (const [column, head] of heads.entries()) {
    head.querySelector('button')?.addEventListener('click', () => sortBy(table, heads, column));
  }
}

function sortBy(table: HTMLTableElement, heads: readonly HTMLTableCellElement[], column: number): void {
  const head = heads[column]!;
  const first = head.dataset.first!;
  const other = first === 'ascending' ? 'descending' : 'ascending';
  const order = head.getAttribute('aria-sort') === first ? other : first;
  for (const one of heads) one.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', order);
  const sign = order === 'ascending' ? 1 : -1;
  const key = (row: HTMLTableRowElement): string => row.cells[column]!.dataset.value ?? '';
  const body = table.tBodies[0]!;
  const rows = [...body.rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    // Rows without a value stay last in both orders.
    if (x === '' || y === '') return Number(x === '') - Number(y === '');
    const difference = Number(x) - Number(y);
    return sign * (Number.isNaN(difference) ? x.localeCompare(y, 'en') : difference);
  });
  body.append(...rows);
}

let opened: HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
  for (const details of opened) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false;
});
