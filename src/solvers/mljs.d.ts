// Types of the mljs libraries that have none. Only what the adapters call is declared.

declare module 'ml-knn' {
  export default class KNN {
    constructor(dataset: number[][], labels: number[], options?: { k?: number });
    /** @param parsed the parsed result of `JSON.stringify` of a classifier */
    static load(parsed: unknown): KNN;
    /** Returns the label of one image. */
    predict(row: number[]): number;
  }
}

declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';
  export default class LogisticRegression {
    constructor(options?: { numSteps?: number; learningRate?: number });
    /** @param parsed the parsed result of `JSON.stringify` of a classifier */
    static load(parsed: unknown): LogisticRegression;
    train(features: Matrix, labels: Matrix): void;
    predict(features: Matrix): number[];
  }
}
