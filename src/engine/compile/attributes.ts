// Attributes of TensorFlow operations, and constants.

/** Values of a tensor in JavaScript. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** A constant. If there are fewer values than the shape needs, the last one is repeated. */
export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

/** The value of an attribute, by its type. */
export type Attribute =
  | { readonly string: string }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly type: number }
  | { readonly shape: readonly number[] }
  | { readonly tensor: Constant };
