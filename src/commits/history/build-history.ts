// Builds a history from records.
import { groupBy } from '../../base/group-by.ts';
import type { CommitGraph } from '../../git/commit-graph.ts';
import { allMetrics } from '../../metrics/all-metrics.ts';
import type { Metric } from '../../metrics/metric.ts';
import { type SeedVariances, seedVariancesOf } from '../../metrics/seed-variance.ts';
import { processorText } from '../../results/machine-identity.ts';
import type { FitRecord } from '../../results/schema.ts';
import { ofNewestCode } from '../../results/select.ts';
import type { LabelledImages } from '../../types.ts';
import { type CompareOptions, compareRecords } from '../compare/compare-records.ts';
import type { Diff, ModelDiff } from '../compare/diff-data.ts';
import { pairFits } from '../compare/pair.ts';
import { selectRecords } from '../compare/select-records.ts';
import { cautionsOf } from './cautions.ts';
import type { History, HistoryLine, HistoryState, MachineHistory, Span } from './history-data.ts';
import { orderStates, spanBetween, stateKey } from './order.ts';
import { type JudgeContext, judge, type Pairing } from './steps.ts';
import { type Trace, traceModels } from './trace.ts';

/** The command that makes most records. */
const BENCH = 'npm run bench';

/** What to show. */
export interface HistoryOptions {
  readonly benchmark: string;
  /** Ids of the metrics to show. */
  readonly metrics: readonly string[];
  /** The commits as git knows them. */
  readonly graph: CommitGraph;
  /** The test images by the hash of their split. Without them, changes of scores are inconclusive. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  /** Whether times of different and unknown processors are compared too. */
  readonly timesOfAnyMachine?: boolean;
  /** Only this machine; by default all. */
  readonly machine?: string;
  /** Only this model; by default all. Verdicts do not depend on it. */
  readonly model?: string;
  /** Only this number of the latest measured commits of each machine; by default all. */
  readonly last?: number | undefined;
  /** How much each model varies from seed to seed, of the records of one machine; by default as these records show it. */
  readonly seedVariancesOf?: (records: readonly FitRecord[]) => SeedVariances;
}

/**
 * Builds a history: a line for each metric of each model on each machine, with the changes from commit to commit. It leaves
 * out reference implementations and fits that were made outside a git checkout.
 *
 * @param records in any order
 * @param options what to show
 * @returns no machine when nothing was measured
 */
export function buildHistory(records: readonly FitRecord[], options: HistoryOptions): History {
  const { benchmark, machine, metrics } = options;
  const own = records
    .filter((record) => record.benchmark === benchmark && record.model.role === 'model')
    .filter((record) => machine === undefined || record.machine.id === machine);
  return {
    benchmark,
    metrics,
    machines: [...groupBy(own, (record) => record.machine.id)]
      .map(([machineId, group]) => machineHistory(machineId, group, options))
      .filter(({ lines }) => lines.length > 0),
  };
}

/**
 * Keeps the records that a history shows: of each machine those of the latest measured commits.
 *
 * @param records of one benchmark
 * @param options the commits as git knows them, and how many are shown
 */
export function shownRecords(
  records: readonly FitRecord[],
  { graph, last }: Pick<HistoryOptions, 'graph' | 'last'>,
): FitRecord[] {
  return [...groupBy(records, ({ machine }) => machine.id).values()].flatMap((own) => {
    const shown = new Set(latestStates(own, graph, last).map(stateKey));
    return own.filter(({ git }) => git !== null && shown.has(stateKey(git)));
  });
}

function latestStates(records: readonly FitRecord[], graph: CommitGraph, last: number | undefined): HistoryState[] {
  return orderStates(records, graph).slice(last === undefined ? 0 : -last);
}

function machineHistory(machineId: string, records: readonly FitRecord[], options: HistoryOptions): MachineHistory {
  const { benchmark, metrics, graph, tests, model, last, timesOfAnyMachine = false } = options;
  const states = latestStates(records, graph, last);
  const byState = groupBy(
    records.flatMap((record) => (record.git ? { record, git: record.git } : [])),
    ({ git }) => stateKey(git),
  );
  const fits = states.map((state) => {
    const { commit, dirty } = state;
    const selection = { kind: 'commit', commit, dirty, name: commit } as const;
    const selected = selectRecords(byState.get(stateKey(state))!, selection, { benchmark, machineId });
    // Of several edits of one commit, the last counts.
    return (dirty ? ofNewestCode(selected) : selected).map(({ record }) => record);
  });
  const traces = traceModels(fits);
  const compared = allMetrics.filter(({ id }) => metrics.includes(id));
  const seedVariances = (options.seedVariancesOf ?? seedVariancesOf)(records);
  const pairing = pairingOf(fits, { tests, metrics, seedVariances, timesOfAnyMachine });
  const span = spansOf(graph);
  const all = compared.flatMap((metric) => linesOf(metric, traces, { states, span, pairing, tests, seedVariances }));
  return {
    machineId,
    processors: [...new Set(records.map(({ machine }) => processorText(machine)))],
    states,
    lines: all.filter(({ modelId }) => model === undefined || modelId === model),
    command: records.every(({ command }) => command.startsWith(BENCH)) ? `${BENCH} -- --benchmark ${benchmark}` : null,
    cautions: cautionsOf(records, states, all),
  };
}

/** Counts the commits between two commits, once for all models and metrics. */
function spansOf(graph: CommitGraph): JudgeContext['span'] {
  const spans = new Map<string, Span | null>();
  return (before, after) => {
    const key = `${before} ${after}`;
    if (!spans.has(key)) spans.set(key, spanBetween(graph, before, after));
    return spans.get(key)!;
  };
}

function linesOf(metric: Metric, traces: readonly Trace[], judged: JudgeContext): HistoryLine[] {
  const points = judge(metric, traces, judged);
  return traces.map(({ name, modelId, fits }, i) => ({
    name,
    modelId,
    kind: fits.at(-1)!.records[0]!.model.kind,
    metric: metric.id,
    points: points[i]!,
  }));
}

/**
 * Compares two measured commits as `npm run diff` does. It compares all their models and metrics together, so that a verdict
 * does not depend on the models that are shown.
 */
function pairingOf(fits: readonly (readonly FitRecord[])[], options: Omit<CompareOptions, 'tolerance'>): Pairing {
  const diffs = new Map<string, Diff>();
  const diffOf = (before: number, after: number): Diff => {
    const key = `${before} ${after}`;
    const known = diffs.get(key);
    if (known) return known;
    const named = (state: number) => ({ name: String(state), records: fits[state]! });
    const diff = compareRecords(named(before), named(after), { ...options, tolerance: {}, hasImages: false });
    diffs.set(key, diff);
    return diff;
  };
  return (before, after): ModelDiff => {
    const pair = pairFits(fits[before.state]!, fits[after.state]!).find(
      (one) => one.before.includes(before.records[0]!) && one.after.includes(after.records[0]!),
    )!;
    return diffOf(before.state, after.state).models.find(({ name }) => name === pair.name)!;
  };
}
