import type * as Ort from 'onnxruntime-node';
import { OnnxRuntimeError } from './onnx-runtime-error';

export type OnnxRuntime = typeof Ort;

/**
 * Loads ONNX Runtime. Its Linux builds carry a telemetry uploader that looks for this variable when the library is
 * loaded, so nothing may import the package in any other way.
 *
 * @throws {OnnxRuntimeError} when it does not load on this system
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new OnnxRuntimeError(error, process);
  }
}
