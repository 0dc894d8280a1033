// The predictions that scikit-learn scored, as the metrics take them; test/fixtures/metrics.py made them.
import fixture from '../fixtures/metrics.json' with { type: 'json' };

/** Each case behind its name, for `test.each`. */
export const cases = fixture.cases.map(
  ({ name, truth, labels, probabilities, ...rest }) =>
    [
      name,
      {
        ...rest,
        truth: Uint8Array.from(truth),
        prediction: { labels: Uint8Array.from(labels), probabilities: Float32Array.from(probabilities) },
      },
    ] as const,
);

/**
 * Rounds to nine decimals, nulls kept, so that whole lists can be compared.
 *
 * @param values numbers of a size near 1
 */
export function nineDecimals(values: readonly (number | null)[]): (number | null)[] {
  return values.map((value) => (value === null ? null : Number(value.toFixed(9))));
}
