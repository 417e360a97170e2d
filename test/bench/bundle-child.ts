import { basename, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Bundles a module that is to run in a process of its own, as what users run is bundled: plain Node can run it, without
 * a TypeScript loader in its memory.
 *
 * @param module Path of the module.
 * @returns Path of the bundle.
 */
export async function bundleChild(module: string): Promise<string> {
  const name = basename(module, '.ts');
  const folder = join(ROOT, 'out/bench', name);
  await build({
    entryPoints: [module],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What a module imports only when it needs it must not be loaded before.
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return join(folder, `${name}.mjs`);
}
