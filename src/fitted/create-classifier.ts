// Creates the classifier of a model for the harness: what its methods return has one form, whatever the model returns.
import { toPrediction } from '../metrics/to-prediction.ts';
import type { FitContext, ModelAdapter, UniformClassifier } from '../types.ts';

/**
 * Creates a classifier.
 *
 * @param adapter the model
 * @param context of the fit
 * @returns its `predict` rejects if the model returns no arrays of numbers; other values of a prediction are not checked
 * @throws whatever the model's `create` throws
 */
export function createClassifier(adapter: ModelAdapter, context: FitContext): UniformClassifier {
  const classifier = adapter.create(context);
  const classCount = context.classNames.length;
  return {
    // Called on the classifier itself: it may be an object of a class.
    fit: async (train, validation) => (await classifier.fit(train, validation)) ?? undefined,
    predict: async (images) => toPrediction(await classifier.predict(images), images.count, classCount),
    ...(classifier.save && { save: () => classifier.save!() }),
    ...(classifier.load && { load: (saved) => classifier.load!(saved) }),
    ...(classifier.layers && { layers: () => classifier.layers!() }),
    ...(classifier.gradCam && { gradCam: (images, options) => classifier.gradCam!(images, options) }),
    ...(classifier.dispose && { dispose: () => classifier.dispose!() }),
  };
}
