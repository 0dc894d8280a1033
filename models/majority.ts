// The majority baseline: always predicts the most frequent class of the training images.
import { checkFitted } from '../src/base/check-fitted.ts';
import { defineModel } from '../src/types.ts';

export const majority = defineModel({
  id: 'majority',
  family: 'baseline',
  kind: 'baseline',
  engine: 'none',
  summary: 'always predicts the most frequent class: the baseline that every model must beat',
  params: {},
  create({ classNames }) {
    let shares: Float32Array | undefined;
    return {
      async fit(train) {
        const counts = new Float32Array(classNames.length);
        for (const label of train.labels) counts[label]!++;
        shares = counts.map((count) => count / Math.max(1, train.count));
        return { parameterCount: shares.length };
      },
      async predict(images) {
        checkFitted(shares, 'predict');
        const probabilities = new Float32Array(images.count * shares.length);
        for (let i = 0; i < images.count; i++) probabilities.set(shares, i * shares.length);
        return { labels: new Uint8Array(images.count).fill(shares.indexOf(Math.max(...shares))), probabilities };
      },
      async save() {
        checkFitted(shares, 'save');
        return shares;
      },
      async load(saved) {
        shares = saved as Float32Array;
      },
    };
  },
});
