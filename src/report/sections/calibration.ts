// The section Calibration: accuracy by confidence.
import { chart, type Section, section } from '../../document/blocks.ts';
import { calibrationChart } from '../charts/calibration-chart.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null without test images, or when no model has probabilities. */
export function calibration(comparison: Comparison): Section | null {
  return section(sectionId(comparison, 'calibration'), 'Calibration', [
    chart(
      'calibration',
      (room) => calibrationChart(comparison, room),
      'Accuracy in percent (vertical, with its 95 % interval) by confidence (horizontal) in ten bins. On the line, confidence equals ' +
        'accuracy; below it, the model is overconfident. Larger dots hold more images. Models without probabilities are not shown.',
    ),
  ]);
}
