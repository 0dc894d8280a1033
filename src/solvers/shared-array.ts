// Typed arrays in shared memory, which worker threads read and write without a copy.

/** Constructor of a typed array, such as `Float32Array`. */
export interface TypedArrayConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): T;
}

/**
 * Creates a typed array of zeros in shared memory.
 *
 * @param type constructor of the array
 * @param length number of elements, 0 or more
 */
export function sharedArray<T>(type: TypedArrayConstructor<T>, length: number): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
}
