// Bundles the extension, its processes (sidecar, trainer, downloader) and the command line into dist/.
//   node scripts/build.mjs [--production] [--watch]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Code that must not end up in a bundle: native code, or code for browsers. */
const FORBIDDEN = /(^|\/)node_modules\/(sharp|@img|onnxruntime-(web|node|common))\//;

/** The extension host never loads a model: these folders belong to the other processes. */
const OUTSIDE_EXTENSION = /^src\/(?!extension\/|protocol\/)/;

const BUNDLES = [
  { entry: 'src/extension/main.ts', outfile: 'dist/extension.js', external: ['vscode'], forbidden: OUTSIDE_EXTENSION },
  { entry: 'src/server/main.ts', outfile: 'dist/server.js' },
  { entry: 'src/trainer/main.ts', outfile: 'dist/trainer.js' },
  { entry: 'src/downloader/main.ts', outfile: 'dist/downloader.js' },
  { entry: 'src/cli/main.ts', outfile: 'dist/cli.js', executable: true },
];

/** For other tasks of the libraries that import them: images, browsers, uploads. */
const NEVER_CALLED = /^(sharp|onnxruntime-web|linkedom|gearhash-jit|@huggingface\/(blake3-jit|xetchunk-wasm))(\/|$)/;

/** Replaces what is imported but never called by an empty module. */
const emptyModules = {
  name: 'empty-modules',
  setup(build) {
    build.onResolve({ filter: NEVER_CALLED }, () => ({
      path: join(root, 'scripts/empty-module.cjs'),
    }));
  },
};

/** @returns {esbuild.BuildOptions} */
function options({ entry, outfile, external = [], executable = false }, production) {
  const hashbang =
    executable && !readFileSync(join(root, entry), 'utf8').startsWith('#!') ? '#!/usr/bin/env node\n' : '';
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // ONNX Runtime finds its library beside its own files, so it stays a package.
    external: ['onnxruntime-node', 'onnxruntime-common', ...external],
    plugins: [emptyModules],
    // Modules written for `import` know where they are; in a CommonJS bundle that is where the bundle is.
    banner: { js: `${hashbang}const __bundleUrl = require('node:url').pathToFileURL(__filename).href;` },
    define: { 'import.meta.url': '__bundleUrl' },
    minify: production,
    keepNames: production,
    sourcemap: !production,
    metafile: true,
    logLevel: 'warning',
  };
}

/** Fails if a bundle holds what it must not. */
function checkInputs(bundle, metafile) {
  const wrong = Object.keys(metafile.inputs).filter((path) => FORBIDDEN.test(path) || bundle.forbidden?.test(path));
  if (wrong.length > 0) throw new Error(`${bundle.outfile} must not contain:\n  ${wrong.join('\n  ')}`);
}

/** Builds everything once, checks it, and writes dist/meta.json. */
export async function build({ production = false } = {}) {
  const meta = { inputs: {}, outputs: {} };
  for (const bundle of BUNDLES) {
    const { metafile } = await esbuild.build(options(bundle, production));
    checkInputs(bundle, metafile);
    Object.assign(meta.inputs, metafile.inputs);
    Object.assign(meta.outputs, metafile.outputs);
    console.log(`${bundle.outfile}  ${(metafile.outputs[bundle.outfile].bytes / 1024).toFixed(0)} KiB`);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify(meta));
}

async function watch() {
  for (const bundle of BUNDLES) {
    const context = await esbuild.context({ ...options(bundle, false), logLevel: 'info' });
    await context.watch();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--watch')) await watch();
  else await build({ production: process.argv.includes('--production') });
}
