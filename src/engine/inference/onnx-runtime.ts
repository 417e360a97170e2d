import type * as Ort from 'onnxruntime-node';

export type OnnxRuntime = typeof Ort;

/**
 * Loads ONNX Runtime. Its Linux builds carry a telemetry uploader that looks for this variable when the library is
 * loaded, so nothing may import the package in any other way.
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  return import('onnxruntime-node');
}
