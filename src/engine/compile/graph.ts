// A TensorFlow graph, and its encoding as the file that the native library loads.
import { createRequire } from 'node:module';
import type { Attribute, Constant } from './attributes.ts';
import { DTYPE } from './native.ts';

/** One operation. Inputs are `node:output`, or `^node` for a control input. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph under construction. Every method returns the name of the new node's first output. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /**
   * Adds an operation.
   *
   * @param op TensorFlow's name of the operation
   * @param inputs outputs of other nodes, control inputs last
   * @param attributes at least those without a default
   * @param name name of the node; a number is added if another node has it
   */
  add(op: string, inputs: readonly string[], attributes?: Record<string, Attribute>, name?: string): string;
  /** Adds a constant. */
  constant(constant: Constant): string;
  /** Adds an input that is fed in every run. */
  placeholder(name: string, dtype: number, shape: readonly number[]): string;
}

/** Creates an empty graph. */
export function createGraph(): Graph {
  const nodes: GraphNode[] = [];
  const names = new Set<string>();
  const add: Graph['add'] = (op, inputs, attributes = {}, wanted = op) => {
    const name = names.has(wanted) ? `${wanted}_${nodes.length}` : wanted;
    names.add(name);
    nodes.push({ name, op, inputs, attributes });
    return `${name}:0`;
  };
  return {
    nodes,
    add,
    constant: (constant) => add('Const', [], { dtype: { type: constant.dtype }, value: { tensor: constant } }),
    placeholder: (name, dtype, shape) => add('Placeholder', [], { dtype: { type: dtype }, shape: { shape } }, name),
  };
}

/** Adds a list of integers, such as a shape, sizes or positions. */
export function addIndexList(graph: Graph, values: readonly number[]): string {
  return graph.constant({ dtype: DTYPE.int32, shape: [values.length], values: Int32Array.from(values) });
}

/** Adds a tensor reshaped to another shape of equal size. */
export function addReshape(graph: Graph, tensor: string, dtype: number, shape: readonly number[]): string {
  const attributes = { T: { type: dtype }, Tshape: { type: DTYPE.int32 } };
  return graph.add('Reshape', [tensor, addIndexList(graph, shape)], attributes);
}

/**
 * Returns a node as a control input: it runs before the node that lists it.
 *
 * @param output any output of the node, `node:output`
 */
export function after(output: string): string {
  return `^${output.slice(0, output.lastIndexOf(':'))}`;
}

/**
 * Encodes a graph as the bytes of a `saved_model.pb` with the tag `serve`.
 *
 * @param nodes in any order
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto
 */
export function encodeSavedModel(nodes: readonly GraphNode[]): Uint8Array {
  const pb = messages();
  const graph = new pb.GraphDef();
  for (const node of nodes) graph['addNode']!(encodeNode(pb, node));
  const versions = new pb.VersionDef();
  versions['setProducer']!(GRAPH_VERSION);
  graph['setVersions']!(versions);

  const info = new pb.MetaGraphDef.MetaInfoDef();
  info['setTagsList']!(['serve']);
  const meta = new pb.MetaGraphDef();
  meta['setMetaInfoDef']!(info);
  meta['setGraphDef']!(graph);
  const model = new pb.SavedModel();
  model['setSavedModelSchemaVersion']!(1);
  model['addMetaGraphs']!(meta);
  return model['serializeBinary']!() as Uint8Array;
}

/** The graph format of TensorFlow 2.12, which every library that is used here supports. */
const GRAPH_VERSION = 1395;

// The package includes the protocol's messages without types. Here every message is a set of setters.
type Message = Record<string, (...values: unknown[]) => unknown>;
type MessageClass = new () => Message;
type Messages = Record<'GraphDef' | 'VersionDef' | 'NodeDef' | 'Tensor' | 'SavedModel', MessageClass> & {
  readonly MetaGraphDef: MessageClass & { readonly MetaInfoDef: MessageClass };
  readonly AttrValue: MessageClass & { readonly ListValue: MessageClass };
  readonly TensorShape: MessageClass & { readonly Dim: MessageClass };
};

let loadedMessages: Messages | undefined;

function messages(): Messages {
  loadedMessages ??= createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as Messages;
  return loadedMessages;
}

function encodeNode(pb: Messages, { name, op, inputs, attributes }: GraphNode): Message {
  const node = new pb.NodeDef();
  node['setName']!(name);
  node['setOp']!(op);
  node['setInputList']!(inputs);
  const map = node['getAttrMap']!() as Map<string, Message>;
  for (const [key, attribute] of Object.entries(attributes)) map.set(key, encodeAttribute(pb, attribute));
  return node;
}

function encodeAttribute(pb: Messages, attribute: Attribute): Message {
  const value = new pb.AttrValue();
  if ('string' in attribute) value['setS']!(Buffer.from(attribute.string));
  else if ('int' in attribute) value['setI']!(attribute.int);
  else if ('float' in attribute) value['setF']!(attribute.float);
  else if ('bool' in attribute) value['setB']!(attribute.bool);
  else if ('type' in attribute) value['setType']!(attribute.type);
  else if ('shape' in attribute) value['setShape']!(encodeShape(pb, attribute.shape));
  else if ('tensor' in attribute) value['setTensor']!(encodeTensor(pb, attribute.tensor));
  else {
    const list = new pb.AttrValue.ListValue();
    list['setIList']!(attribute.ints);
    value['setList']!(list);
  }
  return value;
}

function encodeShape(pb: Messages, shape: readonly number[]): Message {
  const encoded = new pb.TensorShape();
  for (const size of shape) {
    const dim = new pb.TensorShape.Dim();
    dim['setSize']!(size);
    encoded['addDim']!(dim);
  }
  return encoded;
}

function encodeTensor(pb: Messages, { dtype, shape, values }: Constant): Message {
  const tensor = new pb.Tensor();
  tensor['setDtype']!(dtype);
  tensor['setTensorShape']!(encodeShape(pb, shape));
  if (dtype === DTYPE.float32) tensor['setFloatValList']!([...values]);
  else if (dtype === DTYPE.bool) tensor['setBoolValList']!([...values].map(Boolean));
  else tensor['setIntValList']!([...values]);
  return tensor;
}
