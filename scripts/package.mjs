// Packs a VSIX per platform, with that platform's ONNX Runtime and nothing of the others'.
//   node scripts/package.mjs [--target linux-x64 | --all]
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { build } from './build.mjs';
import { writeNotices } from './third-party-notices.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const THIS_PLATFORM = `${process.platform}-${process.arch}`;

/** VS Code's name of a platform → the folder of its library in onnxruntime-node. */
const RUNTIME_FOLDERS = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'win32-x64': 'win32/x64',
  'win32-arm64': 'win32/arm64',
  'darwin-arm64': 'darwin/arm64',
};

/** Files and folders of the repository that go into the package as they are; those that do not exist are left out. */
const COPIED = [
  '.vscodeignore',
  'package.nls.json',
  'package.nls.ja.json',
  'README.md',
  'README.ja.md',
  'LICENSE',
  'CHANGELOG.md',
  'THIRD_PARTY_NOTICES.md',
  'l10n',
  'media',
  'models',
];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

/** Lays out out/stage/<target>, a folder with just the files of the package. */
function stage(target) {
  const folder = join(root, 'out/stage', target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of COPIED) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  cpSync(join(root, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && basename(path) !== 'meta.json',
  });
  stageManifest(folder);
  stageRuntime(folder, target);
  return folder;
}

/** Everything but ONNX Runtime is bundled, so only that is left to depend on. */
function stageManifest(folder) {
  const { scripts, devDependencies, dependencies, ...manifest } = readJson(join(root, 'package.json'));
  const version = dependencies['onnxruntime-node'];
  writeJson(join(folder, 'package.json'), {
    ...manifest,
    dependencies: { 'onnxruntime-node': version, 'onnxruntime-common': version },
  });
}

/** Copies the two packages of ONNX Runtime that cannot be bundled. */
function stageRuntime(folder, target) {
  const from = join(root, 'node_modules');
  const to = join(folder, 'node_modules');
  stageCommonRuntime(join(from, 'onnxruntime-common'), join(to, 'onnxruntime-common'));

  const library = join('onnxruntime-node/bin/napi-v6', RUNTIME_FOLDERS[target]);
  cpSync(join(from, library), join(to, library), {
    recursive: true,
    // On macOS the library is there twice; what loads it asks for the shorter name.
    filter: (path) => !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path),
  });
  cpSync(join(from, 'onnxruntime-node/dist'), join(to, 'onnxruntime-node/dist'), {
    recursive: true,
    filter: (path) => !/\.(map|d\.ts)$/.test(path),
  });
  // The script that runs on `npm install` stays out, and so does what only it needs; `vsce` packs a dependency when
  // `npm ls` finds it complete.
  const { scripts, devDependencies, dependencies, ...manifest } = readJson(join(from, 'onnxruntime-node/package.json'));
  writeJson(join(to, 'onnxruntime-node/package.json'), {
    ...manifest,
    dependencies: { 'onnxruntime-common': dependencies['onnxruntime-common'] },
  });
}

/** The half that every platform shares. Only `require` reaches it: its other format, types and sources stay out. */
function stageCommonRuntime(from, to) {
  cpSync(join(from, 'dist/cjs'), join(to, 'dist/cjs'), {
    recursive: true,
    filter: (path) => !/\.(map|d\.ts)$/.test(path),
  });
  const { scripts, devDependencies, exports, ...manifest } = readJson(join(from, 'package.json'));
  writeJson(join(to, 'package.json'), { ...manifest, exports: exports.require });
}

/** Prints how much each part of the package weighs before compression. */
async function summarise(folder) {
  const sizes = new Map();
  const files = await listFiles({ cwd: folder, packageManager: PackageManager.Npm });
  for (const file of files) {
    const parts = relative(folder, join(folder, file)).split(sep);
    const part = parts.slice(0, parts[0] === 'node_modules' ? 2 : 1).join('/');
    const { count, bytes } = sizes.get(part) ?? { count: 0, bytes: 0 };
    sizes.set(part, { count: count + 1, bytes: bytes + statSync(join(folder, file)).size });
  }
  for (const [part, { count, bytes }] of [...sizes].sort(([, a], [, b]) => b.bytes - a.bytes)) {
    console.log(`  ${part.padEnd(36)} ${String(count).padStart(4)} files ${megabytes(bytes).padStart(9)}`);
  }
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

async function pack(target) {
  const folder = stage(target);
  const { name, version } = readJson(join(folder, 'package.json'));
  const packagePath = join(root, 'out', `${name}-${target}-${version}.vsix`);
  await createVSIX({
    cwd: folder,
    target,
    packagePath,
    // With `None` vsce leaves out node_modules altogether.
    packageManager: PackageManager.Npm,
    allowMissingRepository: true,
    // Without a repository's address vsce has nothing to turn relative links into.
    rewriteRelativeLinks: false,
    skipLicense: !existsSync(join(folder, 'LICENSE')),
  });
  await summarise(folder);
  console.log(`${relative(root, packagePath)}  ${megabytes(statSync(packagePath).size)}`);
}

/** The platforms asked for on the command line; without a word, this machine's. */
function targets() {
  const { values } = parseArgs({ options: { target: { type: 'string' }, all: { type: 'boolean', default: false } } });
  if (values.all) return Object.keys(RUNTIME_FOLDERS);
  const target = values.target ?? THIS_PLATFORM;
  if (!(target in RUNTIME_FOLDERS)) {
    throw new Error(
      `ONNX Runtime has no library for ${target}. Choose one of ${Object.keys(RUNTIME_FOLDERS).join(', ')}.`,
    );
  }
  return [target];
}

const chosen = targets();
await build({ production: true });
writeNotices();
for (const target of chosen) await pack(target);
const unrun = chosen.filter((target) => target !== THIS_PLATFORM);
if (unrun.length > 0) console.log(`Packed but not run, as this machine is ${THIS_PLATFORM}: ${unrun.join(', ')}`);
