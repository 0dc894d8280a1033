// Names and messages of an attacker, for the tests of every output.
import type { FitRecord } from '../../src/results/schema.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { atSize, makeMap, makeSide } from './parts.ts';

export const HOSTILE_CLASSES = [
  '<img src=x onerror=alert(1)>',
  'a|b',
  '`code` ``` fence',
  'line\nbreak\u0000\u001b[31m',
  '</script><script>alert(2)</script>',
  '"><svg onload=alert(3)>',
  '[link](javascript:alert(4))',
  "it's & so on",
  '*bold* _em_ ~~gone~~',
  '--> <!-- results:end -->',
];
export const HOSTILE_MESSAGE =
  'bad <b onclick="x()">value</b> | `tick` </details>\n# heading\n<script>alert(5)</script>';
const HOSTILE_MODEL = '<i onmouseover=alert(6)>|`m`';

/** Library pairs, one with a hostile name. */
export const hostileLibraryPairs = [
  {
    benchmark: 'engines',
    title: `Our engines ${HOSTILE_MESSAGE}`,
    pairs: { knn: HOSTILE_MODEL },
    unequal: { knn: HOSTILE_MESSAGE },
  },
];

/** Two records with hostile texts wherever a record may hold text of others. */
export function hostileRecords(): FitRecord[] {
  const good = makeRecord({ epochs: 4 });
  const record = {
    ...good,
    dataset: { ...good.dataset, name: '<u>data</u>', classNames: HOSTILE_CLASSES },
    command: 'npm run bench -- --set "a=`x`" </pre><script>alert(7)</script>\n```\n# out',
    model: { ...good.model, id: HOSTILE_MODEL, summary: '"><script>alert(8)</script>', params: { '<k>': '|`v`|' } },
    pixelMaps: HOSTILE_CLASSES.map((name) => makeMap(`weight for ${name}`, [1, -1, 0, 0.5])),
    gradCam: { layer: HOSTILE_CLASSES[0]!, height: 1, width: 1, images: [{ image: 3, label: 4, map: '/w==' }] },
    latency: [{ batch: 1, samples: 9, medianMs: 1, p99Ms: 2, meanMs: 1.2, minMs: 0.9, imagesPerSecond: 1000 }],
  };
  const failed = makeFailedRecord(
    { model: 'mlp' },
    { error: { kind: '<Kind>', message: HOSTILE_MESSAGE, stack: null } },
  );
  return [record, { ...failed, dataset: record.dataset }];
}

/** Hostile texts in references, library pairs and scaling too. */
export function hostileParts(): FitRecord[] {
  const [record, failed] = hostileRecords() as [FitRecord, FitRecord];
  const reference = makeSide('<u>reference</u>', [0], { benchmark: 'references', referenceOf: HOSTILE_MODEL });
  const stopped = { ...record.model, notes: { stopped: HOSTILE_MESSAGE } };
  return [
    record,
    failed,
    { ...record, benchmark: 'references' },
    {
      ...reference,
      dataset: record.dataset,
      command: record.command,
      model: { ...reference.model, engine: '</td>|`x`' },
    },
    makeSide('knn', [0], { benchmark: 'engines' }),
    { ...failed, benchmark: 'engines', dataset: makeRecord().dataset, model: { ...failed.model, id: HOSTILE_MODEL } },
    atSize(record, 1000),
    atSize({ ...record, model: stopped }, 2000),
  ];
}
