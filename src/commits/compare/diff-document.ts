// The description of a comparison, which Markdown, page and terminal share: its sections in the order of their importance.
import {
  type Block,
  type Column,
  type Document,
  details,
  heading,
  list,
  note,
  paragraph,
  type Section,
  section,
  table,
} from '../../document/blocks.ts';
import { slug } from '../../document/escape.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import { metricHeading, metricText } from '../../metrics/metric-text.ts';
import type { LabelledImages } from '../../types.ts';
import { changeText, isChanged, overviewText, titleOf, toneOf, valuesText, verdictText } from './change-text.ts';
import type { Diff, MetricChange } from './diff-data.ts';
import {
  CHANGE_NOTE,
  changedModels,
  classLines,
  flipsText,
  hasSeveralSeeds,
  missingFits,
  outcomeText,
  placeText,
  restText,
  SEED_NOTE,
  unpairedText,
} from './diff-text.ts';
import { sharedDifferences } from './differences.ts';
import { flipGallery } from './flip-gallery.ts';
import type { Outcome } from './outcome.ts';
import { signedConfusion } from './signed-confusion.ts';

/**
 * Describes a comparison.
 *
 * @param diff what changed
 * @param outcome what follows from it
 * @param tests test images by the hash of their split, for the pictures of a page
 */
export function diffDocument(
  diff: Diff,
  outcome: Outcome,
  tests: ReadonlyMap<string, LabelledImages> = new Map(),
): Document {
  return {
    title: [{ code: diff.before.name }, ' → ', { code: diff.after.name }],
    lead: [
      { kind: 'result', text: outcomeText(outcome), tone: (['good', 'bad', 'even'] as const)[outcome.code] },
      paragraph(placeText(diff)),
      ...diff.cautions.map((text): Block => ({ kind: 'caution', text })),
    ],
    sections: [
      changedSection(diff, outcome),
      allModelsSection(diff),
      onlyAfterSection(diff),
      missingSection(diff),
      differencesSection(diff),
      classesSection(diff),
      detailsSection(diff, tests),
    ].filter((one) => one !== null),
  };
}

function changedSection(diff: Diff, outcome: Outcome): Section | null {
  return section('changed', 'What changed', [
    ...changedModels(diff).flatMap(({ name, metrics }) => [
      heading([{ code: name }]),
      changesTable(metrics.filter(isChanged)),
    ]),
    paragraph(restText(diff, outcome)),
    ...unpairedText(diff).map(paragraph),
  ]);
}

function changesTable(changes: readonly MetricChange[]): Block {
  const columns: Column[] = [
    { head: 'metric' },
    { head: 'verdict', align: 'left' },
    { head: 'before → after' },
    { head: 'change (95 % interval)' },
    { head: 'evidence', wrap: true },
  ];
  return table(
    columns,
    changes.map((change) => [
      titleOf(change.metric),
      { text: verdictText(change), tone: toneOf(change) },
      valuesText(change),
      { text: changeText(change), tone: toneOf(change) },
      change.evidence,
    ]),
  );
}

function allModelsSection({ models, metrics }: Diff): Section | null {
  if (models.length === 0) return null;
  const columns = metrics.map((id, i): Column => ({ head: titleOf(id), priority: metrics.length - i }));
  return section('all-models', 'All models', [
    table(
      [{ head: 'model' }, ...columns],
      models.map(({ name, metrics: changes }) => [
        { text: [{ code: name }] },
        ...changes.map((change) => ({
          text: overviewText(change),
          tone: toneOf(change),
          title: `${titleOf(change.metric)}: ${change.verdict}, ${change.evidence}`,
        })),
      ]),
    ),
    note(CHANGE_NOTE),
  ]);
}

function onlyAfterSection({ onlyAfter, metrics }: Diff): Section | null {
  if (onlyAfter.length === 0) return null;
  const columns = metrics.map(
    (id, i): Column => ({ head: metricHeading(findMetric(id)), priority: metrics.length - i }),
  );
  return section('only-after', 'Models only after', [
    table(
      [{ head: 'model' }, ...columns],
      onlyAfter.map(({ name, values }) => [
        { text: [{ code: name }] },
        ...values.map(({ metric, value }) => metricText(findMetric(metric), value)),
      ]),
    ),
  ]);
}

function missingSection({ models, onlyAfter }: Diff): Section | null {
  const failed = onlyAfter.flatMap(({ name, failures }) =>
    failures.map((text) => [{ code: name }, `: failed, ${text}`]),
  );
  return section('missing', 'Failed and missing fits', [
    list([
      ...models.flatMap((model) => missingFits(model).map((text) => [{ code: model.name }, `: ${text}`])),
      ...failed,
    ]),
  ]);
}

function differencesSection(diff: Diff): Section | null {
  const differences = sharedDifferences(diff);
  const columns: Column[] = [{ head: 'what' }, { head: 'change', wrap: true }, { head: 'models', wrap: true }];
  return section('differences', 'Other differences', [
    table(
      columns,
      differences.map(({ name, change, models }) => [{ text: [{ code: name }] }, change, models]),
    ),
    differences.length > 0 || diff.models.length === 0
      ? null
      : paragraph('Parameters, code, versions and machines are the same before and after.'),
  ]);
}

function classesSection({ models }: Diff): Section | null {
  const known = models.filter(({ classes }) => classes.length > 0);
  const changed = known.filter((model) => classLines(model).length > 0);
  return section('classes', 'Classes and mistakes', [
    ...changed.flatMap((model) => [heading([{ code: model.name }]), list(classLines(model))]),
    known.length === 0 || changed.length > 0
      ? null
      : paragraph('No class and no kind of mistake changed beyond chance in any model.'),
    known.some(hasSeveralSeeds) ? note(SEED_NOTE) : null,
  ]);
}

function detailsSection({ models, classNames }: Diff, tests: ReadonlyMap<string, LabelledImages>): Section | null {
  const taken = new Set<string>();
  return section(
    'models',
    'Every metric and image',
    models.map((model, i) => ({
      ...details(model.classes.length > 0 ? `${model.name}: ${flipsText(model)}` : model.name, [
        changesTable(model.metrics),
        signedConfusion(model, classNames),
        flipGallery(model, classNames, model.splitHash === null ? undefined : tests.get(model.splitHash)),
      ]),
      id: `model-${slug(model.name, taken)}`,
      isOpen: i === 0,
    })),
  );
}
