// Finds likely label errors: test images for which several models predict the same other class with high probability.

/** The predictions of one model for the test images. */
export interface ModelPredictions {
  readonly modelId: string;
  readonly labels: Uint8Array;
  /** Probability of the predicted class, 0 to 1. */
  readonly confidence: Float64Array;
}

/** A test image whose label is likely wrong. */
export interface LabelError {
  /** Position in the test images. */
  readonly image: number;
  readonly label: number;
  /** The class that the models predict. */
  readonly suggested: number;
  /** Ids of the models that predict it with high probability. */
  readonly models: readonly string[];
  /** Mean of their probabilities. */
  readonly confidence: number;
}

/** What makes a label error likely. */
export interface LabelErrorOptions {
  /** Number of models that must agree, at least 1. */
  readonly models: number;
  /** Lowest probability that each of them must give, 0 to 1. */
  readonly confidence: number;
}

/**
 * Finds likely label errors.
 *
 * @param predictions of each model, for the same images
 * @param truth labels of the images
 * @param minimum what makes a label error likely
 * @returns images with the most models first, then those with the highest mean probability
 */
export function findLabelErrors(
  predictions: readonly ModelPredictions[],
  truth: Uint8Array,
  minimum: LabelErrorOptions,
): LabelError[] {
  const labelErrors: LabelError[] = [];
  for (const [image, label] of truth.entries()) {
    const votes = new Map<number, { models: string[]; sum: number }>();
    for (const { modelId, labels, confidence } of predictions) {
      const predicted = labels[image]!;
      if (predicted === label || confidence[image]! < minimum.confidence) continue;
      const vote = votes.get(predicted) ?? { models: [], sum: 0 };
      vote.models.push(modelId);
      vote.sum += confidence[image]!;
      votes.set(predicted, vote);
    }
    const [most] = [...votes].sort(([, a], [, b]) => b.models.length - a.models.length || b.sum - a.sum);
    if (!most || most[1].models.length < minimum.models) continue;
    const [suggested, { models, sum }] = most;
    labelErrors.push({ image, label, suggested, models, confidence: sum / models.length });
  }
  return labelErrors.sort((a, b) => b.models.length - a.models.length || b.confidence - a.confidence);
}
