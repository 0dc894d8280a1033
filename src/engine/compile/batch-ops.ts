// Batches inside a graph: selecting images by position and converting their bytes to pixels.
import type { ImageShape } from '../../types.ts';
import { addIndexList, addReshape, type Graph } from './graph.ts';
import { DTYPE } from './native.ts';
import { type GraphVariable, readVariable } from './variables.ts';

const FLOAT = { T: { type: DTYPE.float32 } };

/** Adds the parts of a tensor at some positions along its first axis. */
export function addGather(graph: Graph, tensor: string, dtype: number, positions: string): string {
  const axis = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(0) });
  return graph.add('GatherV2', [tensor, positions, axis], {
    Tparams: { type: dtype },
    Tindices: { type: DTYPE.int32 },
    Taxis: { type: DTYPE.int32 },
  });
}

/** Returns the size of an image in bytes, rounded up to a multiple of four. */
export function paddedBytes({ height, width, channels }: ImageShape): number {
  return 4 * Math.ceil((height * width * channels) / 4);
}

/**
 * Adds the bytes of some images: count x `paddedBytes`. CUDA has no gather operation for bytes, but one for 32-bit words.
 *
 * @param images images x words x 4
 * @param positions output of `count` positions
 */
export function addGatherImages(graph: Graph, images: GraphVariable, positions: string, count: number): string {
  const [uint8, int32] = [{ type: DTYPE.uint8 }, { type: DTYPE.int32 }];
  const words = graph.add('Bitcast', [readVariable(graph, images)], { T: uint8, type: int32 });
  const taken = graph.add('Bitcast', [addGather(graph, words, DTYPE.int32, positions)], { T: int32, type: uint8 });
  return addReshape(graph, taken, DTYPE.uint8, [count, images.shape[1]! * 4]);
}

/**
 * Adds the conversion of bytes to pixels, with the same values as `Images.pixels`.
 *
 * @param bytes output of count x `paddedBytes`
 * @returns output of count x height x width x channels
 */
export function addPixels(graph: Graph, bytes: string, count: number, { height, width, channels }: ImageShape): string {
  const floats = graph.add('Cast', [bytes], { SrcT: { type: DTYPE.uint8 }, DstT: { type: DTYPE.float32 } });
  const scale = graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(255) });
  const padded = graph.add('RealDiv', [floats, scale], FLOAT);
  const size = height * width * channels;
  const pixels =
    size % 4 === 0
      ? padded
      : graph.add('Slice', [padded, addIndexList(graph, [0, 0]), addIndexList(graph, [count, size])], {
          ...FLOAT,
          Index: { type: DTYPE.int32 },
        });
  return addReshape(graph, pixels, DTYPE.float32, [count, height, width, channels]);
}
