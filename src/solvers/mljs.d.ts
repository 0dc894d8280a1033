// Types of the mljs libraries that come without any: only what the adapters call.

declare module 'ml-knn' {
  export default class KNN {
    constructor(dataset: number[][], labels: number[], options?: { k?: number });
    /** What `JSON.stringify` of a classifier gave. */
    static load(parsed: unknown): KNN;
    /** The label of one image. */
    predict(row: number[]): number;
  }
}

declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';
  export default class LogisticRegression {
    constructor(options?: { numSteps?: number; learningRate?: number });
    /** What `JSON.stringify` of a classifier gave. */
    static load(parsed: unknown): LogisticRegression;
    train(features: Matrix, labels: Matrix): void;
    predict(features: Matrix): number[];
  }
}
