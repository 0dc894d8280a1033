// The kernel SVM by libsvm-js, a reference that is slow at full size.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError } from '../src/base/errors.ts';
import { toRows } from '../src/solvers/library-input.ts';
import { scaleGamma } from '../src/solvers/svm/kernel.ts';
import { type Libsvm, loadLibsvm } from '../src/solvers/svm/libsvm.ts';
import { defineModel } from '../src/types.ts';

/** The library blocks the thread during the fit: an abort then takes effect only when the process is killed. */
export const svmLibsvm = defineModel({
  id: 'svm-libsvm',
  family: 'svm',
  kind: 'traditional',
  engine: 'libsvm-js',
  summary: 'C-SVC with an RBF kernel by libsvm-js: about twenty minutes at full size',
  source: 'https://github.com/mljs/libsvm',
  needsPixels: true,
  params: {
    C: 10,
    /** A number above 0, or 'scale': 1 / (pixels of an image x variance of all pixels). */
    gamma: 'scale',
    tolerance: 1e-3,
  },
  // Measured on two cores with 4,000 images: fit 4.5 s, quadratic in the number of images; 2 ms per prediction, proportional to
  // the number of support vectors, which is about the 0.8th power of the number of images.
  estimateSeconds: ({ train, test }) => 4.5 * (train / 4000) ** 2 + 0.002 * test * (train / 4000) ** 0.8,
  create({ params: { C, gamma, tolerance }, signal }) {
    if (!(C > 0)) throw new UserError(`invalid C: ${C}; a number above 0`);
    if (gamma !== 'scale' && !(Number(gamma) > 0)) {
      throw new UserError(`invalid gamma: ${gamma}; a number above 0 or scale`);
    }
    let model: Libsvm | undefined;
    return {
      async fit(train) {
        const Svm = await loadLibsvm();
        signal.throwIfAborted();
        const width = train.pixels.length / Math.max(1, train.count);
        model = new Svm({
          kernel: Svm.KERNEL_TYPES.RBF,
          cost: C,
          gamma: gamma === 'scale' ? scaleGamma(train.pixels, width) : Number(gamma),
          tolerance,
          cacheSize: 400,
          quiet: true,
        });
        // libsvm breaks ties of votes in the order in which classes first appear: sorted by class, the lowest wins.
        const byClass = [...train.labels.keys()].sort((a, b) => train.labels[a]! - train.labels[b]!);
        const rows = toRows(train);
        model.train(
          byClass.map((i) => rows[i]!),
          byClass.map((i) => train.labels[i]!),
        );
        return { notes: { supportVectors: model.getSVIndices().length } };
      },
      async predict(images) {
        checkFitted(model, 'predict');
        const labels = new Uint8Array(images.count);
        const rows = toRows(images);
        for (let i = 0; i < images.count; i++) {
          if (i % 32 === 0) await nextTurn();
          signal.throwIfAborted();
          labels[i] = model.predictOne(rows[i]!);
        }
        return { labels };
      },
      // No save and load: a model that the library reads back may predict differently.
      dispose: () => model?.free(),
    };
  },
});
