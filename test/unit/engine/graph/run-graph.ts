import type { Tensor } from 'onnxruntime-node';
import type { ElementType, Graph } from '../../../../src/engine/graph/graph';
import { writeOnnx } from '../../../../src/engine/graph/onnx-writer';
import { loadOnnxRuntime } from '../../../../src/engine/inference/onnx-runtime';

/** A tensor of a test: its numbers, whatever its type. */
export interface Numbers {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type Runner = (inputs: Readonly<Record<string, Numbers>>) => Promise<Record<string, number[]>>;

/** Loads a graph into ONNX Runtime; the result runs it. */
export async function graphRunner(graph: Graph): Promise<Runner> {
  const ort = await loadOnnxRuntime();
  const session = await ort.InferenceSession.create(
    writeOnnx(graph, (file) => file),
    { logSeverityLevel: 3 },
  );
  return async (inputs) => {
    const feeds: Record<string, Tensor> = {};
    for (const [name, { type, shape, data }] of Object.entries(inputs)) {
      feeds[name] =
        type === 'float32'
          ? new ort.Tensor('float32', Float32Array.from(data), shape)
          : type === 'int64'
            ? new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape)
            : type === 'int8'
              ? new ort.Tensor('int8', Int8Array.from(data), shape)
              : new ort.Tensor(type, Uint8Array.from(data), shape);
    }
    const results = await session.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
  };
}
