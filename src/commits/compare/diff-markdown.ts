// A comparison as Markdown that fits a comment on a pull request: what changed first, the rest folded.
import { codeSpan, escapeHtml, escapeMarkdown, oneLine } from '../../document/escape.ts';
import { list } from '../../document/format.ts';
import { type Column, table } from '../../document/markdown-table.ts';
import type { Diff, MetricChange, ModelDiff } from './diff-data.ts';
import {
  CHANGE_NOTE,
  cellText,
  changedClasses,
  changedMistakes,
  changedModels,
  changeText,
  classText,
  counted,
  flipsText,
  isChanged,
  isOneOfSeeds,
  LEGEND,
  MARKS,
  oneSided,
  outcomeText,
  overviewCell,
  placeText,
  remarksOf,
  restText,
  SEED_NOTE,
  sharedDifferences,
  titleOf,
  valuesText,
} from './diff-text.ts';
import type { Outcome } from './outcome.ts';

/** Characters that a comment may have, with room to spare below what git hosts allow. */
const MOST_CHARACTERS = 60_000;
/** Kept free for the note of what was left out. */
const NOTE_ROOM = 400;
/** A text that others wrote is no longer. */
const LONGEST_TEXT = 300;

/** A piece that may be left out as a whole. */
interface Part {
  readonly text: string;
  /** What is missing without it, singular: `changed model`. */
  readonly what: string;
}

/**
 * Renders a comparison, under 60,000 characters: what has no room is left out whole, the least important first, and
 * counted.
 *
 * @param diff what changed
 * @param outcome what it comes to
 */
export function renderDiffMarkdown(diff: Diff, outcome: Outcome): string {
  const parts: Part[] = [
    ...changedModels(diff).map((model) => ({ what: 'changed model', text: changedPart(model) })),
    ...restParts(diff, outcome),
    ...diff.cautions.map((caution) => ({ what: 'note', text: `> ${escaped(caution)}` })),
    ...overviewPart(diff),
    ...differencesPart(diff),
    ...(diff.models.some(isOneOfSeeds) ? [{ what: 'note', text: SEED_NOTE }] : []),
    ...diff.models.filter(hasDetails).map((model) => ({ what: 'detailed model', text: detailsPart(model) })),
  ];
  const shown = [headPart(diff, outcome)];
  const leftOut = new Map<string, number>();
  let room = MOST_CHARACTERS - NOTE_ROOM - shown[0]!.length;
  for (const { text, what } of parts) {
    if (text.length + 2 <= room) {
      shown.push(text);
      room -= text.length + 2;
    } else leftOut.set(what, (leftOut.get(what) ?? 0) + 1);
  }
  const missing = [...leftOut].map(([what, count]) => counted(count, what));
  if (missing.length > 0)
    shown.push(`Left out for want of room: ${list(missing)}. \`--html\` and \`--json\` have everything.`);
  return `${shown.join('\n\n')}\n`;
}

function headPart(diff: Diff, outcome: Outcome): string {
  return [
    `### ${code(diff.before.name)} → ${code(diff.after.name)}`,
    `**${escaped(outcomeText(outcome), LONGEST_TEXT * 10)}**`,
    escaped(placeText(diff)),
  ].join('\n\n');
}

function changedPart({ name, metrics }: ModelDiff): string {
  return `**${code(name)}**\n\n${changesTable(metrics.filter(isChanged))}`;
}

const CHANGE_COLUMNS: readonly Column[] = [
  { head: 'metric', align: 'left' },
  { head: 'verdict', align: 'left' },
  { head: 'before → after', align: 'right' },
  { head: 'change (95 % interval)', align: 'right' },
  { head: 'evidence', align: 'left' },
];

function changesTable(changes: readonly MetricChange[]): string {
  return table(
    CHANGE_COLUMNS,
    changes.map((change) => [
      titleOf(change.metric),
      `${MARKS[change.verdict]} ${change.verdict}`,
      valuesText(change),
      changeText(change),
      escaped(change.evidence),
    ]),
  );
}

function restParts(diff: Diff, outcome: Outcome): Part[] {
  const sentences = [restText(diff, outcome), ...oneSided(diff)].filter((sentence) => sentence !== '');
  return sentences.map((sentence) => ({ what: 'summary', text: escaped(sentence, LONGEST_TEXT * 10) }));
}

function overviewPart({ models, metrics: ids }: Diff): Part[] {
  if (models.length === 0) return [];
  const head: Column[] = [
    { head: 'model', align: 'left' },
    ...ids.map((id): Column => ({ head: titleOf(id), align: 'right' })),
  ];
  const rows = models.map(({ name, metrics }) => [code(name), ...metrics.map(overviewCell)]);
  const text = folded('All models', `${table(head, rows)}\n\n${LEGEND}. ${CHANGE_NOTE}`);
  return [{ what: 'table of all models', text }];
}

function differencesPart(diff: Diff): Part[] {
  const differences = sharedDifferences(diff);
  if (differences.length === 0) return [];
  const columns: Column[] = ['what', 'change', 'where'].map((head) => ({ head, align: 'left' }));
  const rows = differences.map(({ name, change, where }) => [code(name), escaped(change), escaped(where)]);
  return [{ what: 'table of differences', text: folded('Differences besides the metrics', table(columns, rows)) }];
}

function hasDetails(model: ModelDiff): boolean {
  return model.flips.length > 0 || remarksOf(model).length > 0;
}

function detailsPart(model: ModelDiff): string {
  const lines = [
    ...remarksOf(model),
    ...changedClasses(model).map(classText),
    ...changedMistakes(model).map(cellText),
  ].map((line) => `- ${escaped(line)}`);
  const listed = lines.length > 0 ? [lines.join('\n')] : ['No class and no kind of mistake changed beyond chance.'];
  return folded(
    `${model.name}, image by image, ${flipsText(model)}`,
    [changesTable(model.metrics), ...listed].join('\n\n'),
  );
}

/** A summary is HTML to Markdown, what it hides is Markdown again. */
function folded(summary: string, text: string): string {
  return `<details><summary>${escapeHtml(clip(oneLine(summary)))}</summary>\n\n${text}\n\n</details>`;
}

function code(name: string): string {
  return codeSpan(clip(oneLine(name)));
}

function escaped(text: string, longest = LONGEST_TEXT): string {
  return escapeMarkdown(clip(oneLine(text), longest));
}

function clip(text: string, longest = LONGEST_TEXT): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
