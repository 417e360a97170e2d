import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, ElementType, Graph, Initializer, Node, Value } from './graph';
import {
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
} from './proto/onnx_pb';

// Written field by field, by the numbers of `proto/onnx.proto`: the first suggestion waits for several graphs, and going by
// the schema takes twice as long.

/** ONNX 1.16 (opset 21, IR 10): the oldest that has everything used here, so that many runtimes read it. */
const IR_VERSION = 10;
const OPSETS = [
  ['', 21],
  ['com.microsoft', 1],
] as const;

const DATA_TYPES: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  int64: DataType.INT64,
  int32: DataType.INT32,
  bool: DataType.BOOL,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
};

const ATTRIBUTE_TYPES: Readonly<Record<Attribute['kind'], AttributeType>> = {
  float: AttributeType.FLOAT,
  int: AttributeType.INT,
  ints: AttributeType.INTS,
  string: AttributeType.STRING,
  graph: AttributeType.GRAPH,
};

/**
 * A graph as the bytes of an ONNX model.
 *
 * @param location How an external file is named in the model: relative to the folder that the runtime is told.
 */
export function writeOnnx(graph: Graph, location: (file: string) => string): Uint8Array {
  const model = new BinaryWriter();
  int(model, 1, IR_VERSION);
  text(model, 2, 'tsuzuki');
  message(model, 7, () => writeGraph(model, graph, location));
  for (const [domain, version] of OPSETS) {
    message(model, 8, () => {
      text(model, 1, domain);
      int(model, 2, version);
    });
  }
  return model.finish();
}

/** GraphProto */
function writeGraph(to: BinaryWriter, graph: Graph, location: (file: string) => string): void {
  for (const node of graph.nodes) message(to, 1, () => writeNode(to, node, location));
  text(to, 2, graph.name);
  for (const one of graph.initializers) message(to, 5, () => writeInitializer(to, one, location));
  for (const value of graph.inputs) message(to, 11, () => writeValueInfo(to, value));
  for (const value of graph.outputs) message(to, 12, () => writeValueInfo(to, value));
}

/** NodeProto */
function writeNode(
  to: BinaryWriter,
  { op, domain, inputs, outputs, attributes }: Node,
  location: (file: string) => string,
): void {
  // An input that is left out has no name, and yet a place.
  for (const { name } of inputs) text(to, 1, name);
  for (const { name } of outputs) text(to, 2, name);
  text(to, 3, outputs[0]?.name ?? op);
  text(to, 4, op);
  for (const [name, attribute] of Object.entries(attributes)) {
    message(to, 5, () => writeAttribute(to, name, attribute, location));
  }
  text(to, 7, domain);
}

/** AttributeProto */
function writeAttribute(
  to: BinaryWriter,
  name: string,
  attribute: Attribute,
  location: (file: string) => string,
): void {
  text(to, 1, name);
  int(to, 20, ATTRIBUTE_TYPES[attribute.kind]);
  switch (attribute.kind) {
    case 'float':
      to.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      int(to, 3, attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) int(to, 8, value);
      break;
    case 'string':
      text(to, 4, attribute.value);
      break;
    case 'graph':
      message(to, 6, () => writeGraph(to, attribute.value, location));
  }
}

/** TensorProto */
function writeInitializer(to: BinaryWriter, { value, data }: Initializer, location: (file: string) => string): void {
  for (const dim of value.shape) int(to, 1, Number(dim));
  int(to, 2, DATA_TYPES[value.type]);
  text(to, 8, value.name);
  if (data.kind === 'inline') {
    to.tag(9, WireType.LengthDelimited).bytes(data.bytes);
    return;
  }
  const entries = {
    location: location(data.file),
    offset: String(data.offset),
    length: String(data.byteLength),
    ...Object.fromEntries((data.packed ?? []).map((record, i) => [`prepacked_${i}`, record])),
  };
  for (const [key, entry] of Object.entries(entries)) {
    message(to, 13, () => {
      text(to, 1, key);
      text(to, 2, entry);
    });
  }
  int(to, 14, DataLocation.EXTERNAL);
}

/** ValueInfoProto, whose type is a tensor of some shape. */
function writeValueInfo(to: BinaryWriter, { name, type, shape }: Value): void {
  const writeShape = () => {
    for (const dim of shape) {
      message(to, 1, () => (typeof dim === 'number' ? int(to, 1, dim) : text(to, 2, dim)));
    }
  };
  text(to, 1, name);
  message(to, 2, () =>
    message(to, 1, () => {
      int(to, 1, DATA_TYPES[type]);
      message(to, 2, writeShape);
    }),
  );
}

function text(to: BinaryWriter, field: number, value: string): void {
  to.tag(field, WireType.LengthDelimited).string(value);
}

function int(to: BinaryWriter, field: number, value: number): void {
  to.tag(field, WireType.Varint).int64(value);
}

function message(to: BinaryWriter, field: number, write: () => void): void {
  to.tag(field, WireType.LengthDelimited).fork();
  write();
  to.join();
}
