import { fromBinary, toJson } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ABSENT, type Graph, type Value } from '../../../../src/engine/graph/graph';
import { writeOnnx } from '../../../../src/engine/graph/onnx-writer';
import { ModelProtoSchema } from '../../../../src/engine/graph/proto/onnx_pb';

const value = (name: string, type: Value['type'], shape: Value['shape']): Value => ({ name, type, shape });

test('a graph reads, by the schema of ONNX, as what it was', () => {
  const x = value('x', 'float32', ['batch', 3]);
  const y = value('y', 'float32', ['batch', 3]);
  const axes = value('axes', 'int64', [2]);
  const w = value('w', 'uint8', [3, 4]);
  const graph: Graph = {
    name: 'example',
    inputs: [x],
    outputs: [y],
    initializers: [
      { value: axes, data: { kind: 'inline', bytes: Uint8Array.of(1, 2, 3) } },
      {
        value: w,
        data: { kind: 'external', file: '/models/重み.bin', offset: 4096, byteLength: 12, packed: ['k|0;12;0'] },
      },
    ],
    nodes: [
      {
        op: 'Example',
        domain: 'com.microsoft',
        inputs: [x, ABSENT, w],
        outputs: [y],
        attributes: {
          alpha: { kind: 'float', value: 0.5 },
          axis: { kind: 'int', value: -1 },
          none: { kind: 'int', value: 0 },
          perm: { kind: 'ints', value: [0, 2, -1] },
          mode: { kind: 'string', value: '続き' },
        },
      },
      { op: 'Identity', domain: '', inputs: [axes], outputs: [], attributes: {} },
    ],
  };
  const bytes = writeOnnx(graph, (file) => file.replace('/models/', ''));
  const type = { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'batch' }, { dimValue: '3' }] } } };
  expect(toJson(ModelProtoSchema, fromBinary(ModelProtoSchema, bytes))).toEqual({
    irVersion: '10',
    producerName: 'tsuzuki',
    opsetImport: [{ version: '21' }, { domain: 'com.microsoft', version: '1' }],
    graph: {
      name: 'example',
      input: [{ name: 'x', type }],
      output: [{ name: 'y', type }],
      initializer: [
        { name: 'axes', dataType: 7, dims: ['2'], rawData: 'AQID' },
        {
          name: 'w',
          dataType: 2,
          dims: ['3', '4'],
          dataLocation: 'EXTERNAL',
          externalData: [
            { key: 'location', value: '重み.bin' },
            { key: 'offset', value: '4096' },
            { key: 'length', value: '12' },
            { key: 'prepacked_0', value: 'k|0;12;0' },
          ],
        },
      ],
      node: [
        {
          name: 'y',
          opType: 'Example',
          domain: 'com.microsoft',
          input: ['x', '', 'w'],
          output: ['y'],
          attribute: [
            { name: 'alpha', type: 'FLOAT', f: 0.5 },
            { name: 'axis', type: 'INT', i: '-1' },
            { name: 'none', type: 'INT' },
            { name: 'perm', type: 'INTS', ints: ['0', '2', '-1'] },
            { name: 'mode', type: 'STRING', s: Buffer.from('続き').toString('base64') },
          ],
        },
        { name: 'Identity', opType: 'Identity', input: ['axes'] },
      ],
    },
  });
});
