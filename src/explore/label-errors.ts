// Test images whose label is suspect: several models are sure of the same other class.

/** What one model says of the test images. */
export interface Opinion {
  readonly modelId: string;
  readonly labels: Uint8Array;
  /** Probability of the class it names, 0 to 1. */
  readonly confidence: Float64Array;
}

/** An image that models see otherwise than its label. */
export interface LabelError {
  /** Position in the test images. */
  readonly image: number;
  readonly label: number;
  /** The class that the models name. */
  readonly suggested: number;
  /** Those that are sure of it. */
  readonly models: readonly string[];
  /** Mean of their probabilities. */
  readonly confidence: number;
}

/** When to suspect. */
export interface SuspectOptions {
  /** Models that must agree, at least 1. */
  readonly models: number;
  /** How sure each of them must be, 0 to 1. */
  readonly confidence: number;
}

/**
 * Finds images whose label several models contradict with one voice.
 *
 * @param opinions one a model, of the same images
 * @param truth labels of the images
 * @param least what it takes
 * @returns those that most models contradict first, of equally many the surest
 */
export function findLabelErrors(opinions: readonly Opinion[], truth: Uint8Array, least: SuspectOptions): LabelError[] {
  const labelErrors: LabelError[] = [];
  for (const [image, label] of truth.entries()) {
    const voices = new Map<number, { models: string[]; sum: number }>();
    for (const { modelId, labels, confidence } of opinions) {
      const named = labels[image]!;
      if (named === label || confidence[image]! < least.confidence) continue;
      const voice = voices.get(named) ?? { models: [], sum: 0 };
      voice.models.push(modelId);
      voice.sum += confidence[image]!;
      voices.set(named, voice);
    }
    const [loudest] = [...voices].sort(([, a], [, b]) => b.models.length - a.models.length || b.sum - a.sum);
    if (!loudest || loudest[1].models.length < least.models) continue;
    const [suggested, { models, sum }] = loudest;
    labelErrors.push({ image, label, suggested, models, confidence: sum / models.length });
  }
  return labelErrors.sort((a, b) => b.models.length - a.models.length || b.confidence - a.confidence);
}
