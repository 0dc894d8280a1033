// docs/metrics.md contains the table of the metrics in the list, and an example that works. Option -u writes the table.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { markdownTable } from 'markdown-table';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { allMetrics } from '../../src/metrics/all-metrics.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const file = path.join(projectRoot, 'docs/metrics.md');

it('contains the table of the metrics', async () => {
  const text = await readFile(file, 'utf8');
  const marked = /(<!-- metrics:start -->\n).*(<!-- metrics:end -->)/s;
  expect(text).toMatch(marked);
  await expect(text.replace(marked, (_, start, end) => `${start}${metricsTable()}\n${end}`)).toMatchFileSnapshot(file);
});

it('has an example that works', async () => {
  const [, example] = /```ts\n(.*?)```/s.exec(await readFile(file, 'utf8'))!;
  const module = path.join(await temporaryFolder(), 'cohen-kappa.ts');
  await writeFile(module, example!.replaceAll("'./", `'${path.join(projectRoot, 'src/metrics')}/`));
  const { cohenKappa } = (await import(module)) as { cohenKappa: (confusion: number[][]) => number | null };
  const confusion = [
    [3, 1],
    [4, 2],
  ];
  // observed 5 / 10, by chance (4 x 7 + 6 x 3) / 100
  expect(cohenKappa(confusion)).toBeCloseTo((0.5 - 0.46) / (1 - 0.46), 12);
  expect(cohenKappa([[5]])).toBeNull();
  expect(cohenKappa([[0]])).toBeNull();
});

function metricsTable(): string {
  const head = ['id', 'metric', 'unit', 'better', 'minimum effect', 'tested on', 'shown by default in'];
  const rows = allMetrics.map((metric) => [
    `\`${metric.id}\``,
    metric.title,
    metric.unit === 'fraction' ? '%' : metric.unit,
    metric.better,
    minimumEffectText(metric),
    metric.test,
    metric.showIn.join(', ') || '–',
  ]);
  return markdownTable([head, ...rows]);
}

function minimumEffectText({ test, unit, minimumEffect }: Metric): string {
  if (test === 'runs') return `× ${minimumEffect}`;
  return unit === 'fraction' ? `${minimumEffect * 100} points` : `${minimumEffect} ${unit}`;
}
