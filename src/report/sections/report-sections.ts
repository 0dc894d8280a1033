// The list of the sections of a report, in reading order. Markdown, HTML and terminal render this list.
import type { Section } from '../../document/blocks.ts';
import type { Comparison, ReportData } from '../model/report-data.ts';
import { accuracyAndTime } from './accuracy-and-time.ts';
import { calibration } from './calibration.ts';
import { commands } from './commands.ts';
import { conditions } from './conditions.ts';
import { confusionMatrices } from './confusion-matrices.ts';
import { engines } from './engines.ts';
import { failures } from './failures.ts';
import { gradCam } from './grad-cam.ts';
import { history } from './history.ts';
import { latency } from './latency.ts';
import { leaderboard } from './leaderboard.ts';
import { learningCurves } from './learning-curves.ts';
import { mistakes } from './mistakes.ts';
import { networkLayers } from './network-layers.ts';
import { perClassScores } from './per-class-scores.ts';
import { pixelImportance } from './pixel-importance.ts';
import { publishedResults } from './published-results.ts';
import { referenceImplementations } from './reference-implementations.ts';
import { scaling } from './scaling.ts';
import { scoresAndCosts } from './scores-and-costs.ts';
import { statisticalSignificance } from './statistical-significance.ts';
import { timeToAccuracy } from './time-to-accuracy.ts';
import { traditionalAndDeep } from './traditional-and-deep.ts';
import { verdict } from './verdict.ts';

/** Describes a section of a comparison; null when there is nothing to say. */
export type ComparisonSection = (comparison: Comparison) => Section | null;

/** The sections of a comparison. A new section is one file and one entry here. */
export const COMPARISON_SECTIONS: readonly ComparisonSection[] = [
  verdict,
  leaderboard,
  statisticalSignificance,
  referenceImplementations,
  accuracyAndTime,
  traditionalAndDeep,
  perClassScores,
  confusionMatrices,
  mistakes,
  gradCam,
  calibration,
  pixelImportance,
  timeToAccuracy,
  learningCurves,
  networkLayers,
  latency,
  scoresAndCosts,
  history,
  publishedResults,
  failures,
  conditions,
  commands,
];

/** A report as sections. */
export interface ReportSections {
  readonly comparisons: readonly { readonly comparison: Comparison; readonly sections: readonly Section[] }[];
  /** Engines and scaling, each one section. */
  readonly parts: readonly Section[];
}

/**
 * Describes a report.
 *
 * @param data a report
 * @param list the sections of a comparison
 */
export function reportSections(
  data: ReportData,
  list: readonly ComparisonSection[] = COMPARISON_SECTIONS,
): ReportSections {
  return {
    comparisons: data.comparisons.map((comparison) => ({
      comparison,
      sections: list.map((describe) => describe(comparison)).filter((section) => section !== null),
    })),
    parts: [...data.engines.map(engines), ...data.scalings.map(scaling)].filter((section) => section !== null),
  };
}
