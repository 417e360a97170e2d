import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { ROOT } from '../../../scripts/editor/vsix';

/** Compiles test/editor/host for the extension host, which loads JavaScript only; returns the folder. */
export async function buildHostTests(): Promise<string> {
  const sources = join(ROOT, 'test/editor/host');
  // Inside the repository, so that `mocha` is found from there.
  const outdir = join(ROOT, 'out/host-tests');
  await rm(outdir, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: (await readdir(sources)).filter((name) => name.endsWith('.ts')).map((name) => join(sources, name)),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outdir;
}
