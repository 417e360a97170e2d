// Writes THIRD_PARTY_NOTICES.md: every package of which a part is delivered, with its licence.
//   node scripts/third-party-notices.mjs        (after `npm run build`; `npm run package` does both)
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** Packages that are not bundled but delivered beside the bundles. */
const DELIVERED = ['onnxruntime-node', 'onnxruntime-common'];

/** Packages whose code another package brings along inside its own files. */
const INSIDE = { '@huggingface/transformers': ['@huggingface/jinja', '@huggingface/tokenizers'] };

/** Holders of the copyright, of packages that come without the text of their licence. */
const HOLDERS = {
  budoux: 'Google LLC',
  '@bufbuild/protobuf': 'Buf Technologies, Inc. and Google Inc',
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-node': 'Microsoft Corporation',
};

/** What has to be said beyond the licence. */
const REMARKS = {
  'onnxruntime-node': (version) =>
    'The library contains other works, whose notices are at ' +
    `https://github.com/microsoft/onnxruntime/blob/v${version}/ThirdPartyNotices.txt.`,
};

const HEADER = `# Third-party notices

The package of Tsuzuki contains the following works, whole or in part. The embedded model has a card of its own:
models/tsuzuki-base-ja/README.md.
`;

/** Names of the packages whose code is in the bundles, from what esbuild reports. */
export function bundledPackages({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const names = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

/** Writes the notices for the bundles that dist/meta.json describes. */
export function writeNotices() {
  const bundled = bundledPackages(JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8')));
  const names = [...bundled, ...bundled.flatMap((name) => INSIDE[name] ?? []), ...DELIVERED].sort();
  writeFileSync(join(root, 'THIRD_PARTY_NOTICES.md'), [HEADER, ...names.map(notice)].join('\n'));
}

function notice(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const address = (repository?.url ?? repository ?? `https://www.npmjs.com/package/${name}`)
    .replace(/^git\+/, '')
    .replace(/\.git$/, '');
  const remark = REMARKS[name] === undefined ? '' : `${REMARKS[name](version)}\n\n`;
  return `## ${name} ${version}\n\n${license} · ${address}\n\n${remark}\`\`\`\`text\n${licenceText(name, folder, license)}\n\`\`\`\`\n`;
}

/** The package's own files, or else the licence's text with the holder of the copyright. */
function licenceText(name, folder, license) {
  const files = readdirSync(folder).filter((file) =>
    /^(licen[cs]e(-mit)?|notice|thirdpartynotices)(\.(md|txt))?$/i.test(file),
  );
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  const holder = HOLDERS[name];
  if (holder === undefined) throw new Error(`${name} comes without a licence text: who holds its copyright?`);
  const texts = license
    .replace(/[()]/g, '')
    .split(' AND ')
    .map((id) => spdxText(id).replace(/<year> <(copyright holders|owner)>/, holder));
  const named = texts[0].includes(holder) ? [] : [`Copyright (c) ${holder}`];
  return [...named, ...texts].join('\n\n');
}

function spdxText(id) {
  const file = `spdx-license-list/licenses/${id}.json`;
  return require(file).licenseText.trim();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!existsSync(join(root, 'dist/meta.json'))) throw new Error('There is no dist/meta.json: run `npm run build`.');
  writeNotices();
}
