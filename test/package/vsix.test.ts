import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { packExtension, ROOT } from '../../scripts/editor/vsix';

interface Manifest {
  readonly version: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts?: unknown;
}

const repository: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('the VSIX for linux-x64', () => {
  let files: Readonly<Record<string, Uint8Array>> = {};
  const names = (): string[] => Object.keys(files);
  const text = (name: string): string => Buffer.from(files[name] ?? []).toString('utf8');

  beforeAll(async () => {
    const vsix = readFileSync(await packExtension('linux-x64'));
    files = unzipSync(vsix);
    console.log(`VSIX for linux-x64: ${(vsix.length / 1e6).toFixed(1)} MB, ${names().length} files`);
  });

  it('says which platform it is for', () => {
    expect(text('extension.vsixmanifest')).toContain('TargetPlatform="linux-x64"');
  });

  it.each([
    'extension/package.json',
    'extension/package.nls.json',
    'extension/package.nls.ja.json',
    'extension/l10n/bundle.l10n.ja.json',
    'extension/LICENSE.txt',
    'extension/THIRD_PARTY_NOTICES.md',
    'extension/media/icon.png',
    'extension/dist/extension.js',
    'extension/dist/server.js',
    'extension/dist/trainer.js',
    'extension/dist/downloader.js',
    'extension/dist/cli.js',
    'extension/media/walkthrough/model.nls.ja.md',
    'extension/media/page.js',
    'extension/media/page.css',
    'extension/media/sampling-panel.js',
    'extension/media/sampling-panel.css',
    'extension/media/statistics.css',
    'extension/models/tsuzuki-base-ja/config.json',
    'extension/models/tsuzuki-base-ja/model.safetensors',
    'extension/models/tsuzuki-base-ja/spiece.model',
    'extension/models/tsuzuki-base-ja/README.md',
    'extension/node_modules/onnxruntime-node/package.json',
    // Without it Node takes the files beside it for ES modules, and ONNX Runtime cannot be loaded.
    'extension/node_modules/onnxruntime-common/dist/cjs/package.json',
  ])('holds %s', (name) => {
    expect(files[name]?.length ?? 0).toBeGreaterThan(0);
  });

  it("brings exactly one platform's ONNX Runtime", () => {
    const libraries = names().filter((name) => name.includes('/bin/napi-v'));
    expect(libraries.sort()).toEqual([
      'extension/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
      'extension/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
    ]);
  });

  it('brings no other package: neither sharp nor onnxruntime-web', () => {
    const packages = names().map((name) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1]);
    expect([...new Set(packages.filter((name) => name !== undefined))].sort()).toEqual([
      'onnxruntime-common',
      'onnxruntime-node',
    ]);
  });

  it('brings nothing that is only needed to develop it', () => {
    const unneeded = /\.(ts|map|vsix|log)$|^extension\/(src|test|scripts|sample|out|artifacts|\.)/;
    expect(names().filter((name) => unneeded.test(name))).toEqual([]);
    const manifest: Manifest = JSON.parse(text('extension/package.json'));
    expect(manifest.devDependencies).toBeUndefined();
    expect(manifest.scripts).toBeUndefined();
  });

  it('does not mention the folder it was built in', () => {
    const code = names().filter((name) => /\.(js|json|md)$/.test(name));
    expect(code.filter((name) => text(name).includes(ROOT))).toEqual([]);
  });

  it('depends on the ONNX Runtime that the tests ran with, and no other', () => {
    const manifest: Manifest = JSON.parse(text('extension/package.json'));
    const runtime = repository.dependencies['onnxruntime-node'];
    expect(manifest.dependencies).toEqual({ 'onnxruntime-node': runtime, 'onnxruntime-common': runtime });
  });

  it('names every package whose code it holds, with its licence', () => {
    const meta: { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> } = JSON.parse(
      readFileSync(join(ROOT, 'dist/meta.json'), 'utf8'),
    );
    const bundled = Object.values(meta.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
    const delivered = new Set(
      [...bundled, 'onnxruntime-node', 'onnxruntime-common'].filter((name) => name !== undefined),
    );
    const notices = text('extension/THIRD_PARTY_NOTICES.md');
    expect(delivered.size).toBeGreaterThan(5);
    for (const name of delivered) {
      const section = notices.split(/^## /m).find((part) => part.startsWith(`${name} `)) ?? '';
      expect(section, name).toMatch(/Permission|Redistribution|Apache License|Blue Oak|ISC/);
    }
  });
});
