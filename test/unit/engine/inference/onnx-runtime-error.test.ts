import { expect, test } from 'vitest';
import { OnnxRuntimeError } from '../../../../src/engine/inference/onnx-runtime-error';

const cannotOpen = Object.assign(
  new Error('The specified module could not be found.\n\\\\?\\C:\\onnxruntime_binding.node'),
  {
    code: 'ERR_DLOPEN_FAILED',
  },
);
const missing = Object.assign(new Error("Cannot find module 'x.node'\nRequire stack:\n- binding.js"), {
  code: 'MODULE_NOT_FOUND',
});

test.each([
  [
    cannotOpen,
    'win32',
    'unloadable-windows',
    /^win32-x64: .*could not be found\.\)\. Install the current “Microsoft Visual/,
  ],
  [cannotOpen, 'linux', 'unloadable-linux', /glibc/],
  [cannotOpen, 'darwin', 'unloadable', /Install Tsuzuki again\.$/],
  [missing, 'darwin', 'absent', /^darwin-x64: .* \(Cannot find module 'x\.node'\)\. Install the version/],
] as const)('%s on %s', (cause, platform, code, message) => {
  const error = new OnnxRuntimeError(cause, { platform, arch: 'x64' });
  expect(error).toMatchObject({ code, cause, message: expect.stringMatching(message) });
  expect(error.describe('ja')).toContain('ONNX Runtime');
});
