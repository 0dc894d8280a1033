// my-model: predicts the class with the nearest mean image. Replace the description, fit and predict with yours.
import { checkFitted } from '../../base/check-fitted.ts';
import { toRows } from '../../solvers/library-input.ts';
import { defineModel } from '../../types.ts';

const distance = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

export const myModel = defineModel({
  id: 'my-model',
  family: 'nearest-centroid',
  kind: 'traditional',
  engine: 'plain arrays',
  summary: 'the class with the nearest mean image',
  needsPixels: true, // toRows reads the pixels
  params: {},
  create() {
    let means: { label: number; image: number[] }[] | undefined; // new for every fit
    return {
      fit(train) {
        const rows = toRows(train);
        means = [...new Set(train.labels)].map((label) => {
          const own = rows.filter((_, i) => train.labels[i] === label);
          return { label, image: own[0]!.map((_, p) => own.reduce((sum, row) => sum + row[p]!, 0) / own.length) };
        });
      },
      predict(images) {
        checkFitted(means, 'predict');
        const distances = (row: number[]) => means!.map(({ label, image }) => ({ label, far: distance(row, image) }));
        return { labels: toRows(images).map((row) => distances(row).reduce((a, b) => (b.far < a.far ? b : a)).label) };
      },
    };
  },
});
