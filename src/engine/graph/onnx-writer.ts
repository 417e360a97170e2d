import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Attribute, ElementType, Graph, Initializer, Node, Value } from './graph';
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './proto/onnx_pb';

/** ONNX 1.16 (opset 21, IR 10): the oldest that has everything used here, so that many runtimes read it. */
const IR_VERSION = 10n;
const OPSET = 21n;

const DATA_TYPES: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  int64: DataType.INT64,
  bool: DataType.BOOL,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
};

/**
 * A graph as the bytes of an ONNX model.
 *
 * @param location How an external file is named in the model: relative to the folder that the runtime is told.
 */
export function writeOnnx(graph: Graph, location: (file: string) => string): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'tsuzuki',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: 'com.microsoft', version: 1n },
      ],
      graph: {
        name: graph.name,
        node: graph.nodes.map(nodeProto),
        initializer: graph.initializers.map((initializer) => tensorProto(initializer, location)),
        input: graph.inputs.map(valueInfoProto),
        output: graph.outputs.map(valueInfoProto),
      },
    }),
  );
}

function nodeProto(node: Node): MessageInitShape<typeof NodeProtoSchema> {
  return {
    name: node.outputs[0]?.name ?? node.op,
    opType: node.op,
    domain: node.domain,
    input: node.inputs.map((value) => value.name),
    output: node.outputs.map((value) => value.name),
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  };
}

function attributeProto(name: string, attribute: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  switch (attribute.kind) {
    case 'float':
      return { name, type: AttributeType.FLOAT, f: attribute.value };
    case 'int':
      return { name, type: AttributeType.INT, i: BigInt(attribute.value) };
    case 'ints':
      return { name, type: AttributeType.INTS, ints: attribute.value.map(BigInt) };
    case 'string':
      return { name, type: AttributeType.STRING, s: new TextEncoder().encode(attribute.value) };
  }
}

function tensorProto(
  { value, data }: Initializer,
  location: (file: string) => string,
): MessageInitShape<typeof TensorProtoSchema> {
  const head = {
    name: value.name,
    dataType: DATA_TYPES[value.type],
    dims: value.shape.map((dim) => BigInt(dim)),
  };
  if (data.kind === 'inline') return { ...head, rawData: data.bytes };
  return {
    ...head,
    dataLocation: DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: location(data.file) },
      { key: 'offset', value: String(data.offset) },
      { key: 'length', value: String(data.byteLength) },
      ...(data.packed ?? []).map((value, i) => ({ key: `prepacked_${i}`, value })),
    ],
  };
}

function valueInfoProto(value: Value): MessageInitShape<typeof ValueInfoProtoSchema> {
  return {
    name: value.name,
    type: {
      tensorType: {
        elemType: DATA_TYPES[value.type],
        shape: {
          dim: value.shape.map((dim) => ({
            value:
              typeof dim === 'number'
                ? { case: 'dimValue' as const, value: BigInt(dim) }
                : { case: 'dimParam' as const, value: dim },
          })),
        },
      },
    },
  };
}
