// The section Network layers: the layers of each network with their sizes.
import { type Block, details, note, type Section, section, table } from '../../document/blocks.ts';
import { integer } from '../../document/format.ts';
import type { LayerSummary } from '../../types.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when there is no network. */
export function networkLayers(comparison: Comparison): Section | null {
  const networks = finishedModels(comparison).filter(({ layers }) => layers.length > 0);
  if (networks.length === 0) return null;
  return section(sectionId(comparison, 'layers'), 'Network layers', [
    ...networks.map(({ name, layers }) => details(`Layers of ${name}`, [layersTable(layers)])),
    note(
      'Multiply-adds are those of dense layers and convolutions for one image; element-wise operations are left out.',
    ),
  ]);
}

/**
 * Builds the table of a network's layers, with their sums in the last row.
 *
 * @param layers at least one
 */
export function layersTable(layers: readonly LayerSummary[]): Block {
  const total = (key: 'parameters' | 'multiplyAdds'): string =>
    integer(layers.reduce((sum, layer) => sum + layer[key], 0));
  return table(
    [{ head: 'layer' }, { head: 'output', align: 'left' }, { head: 'parameters' }, { head: 'multiply-adds' }],
    [
      ...layers.map(({ kind, outputShape, parameters, multiplyAdds }) => [
        kind,
        outputShape.join(' × '),
        integer(parameters),
        integer(multiplyAdds),
      ]),
      ['total', '', total('parameters'), total('multiplyAdds')],
    ],
  );
}
