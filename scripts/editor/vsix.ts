import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command';

/** The repository's root. */
export const ROOT = join(__dirname, '../..');

/** VS Code's name of this machine's platform. */
export const THIS_PLATFORM = `${process.platform}-${process.arch}`;

/** Builds and packs the extension for one platform; returns the path of the VSIX. @throws {CommandError} */
export async function packExtension(target: string = THIS_PLATFORM): Promise<string> {
  await runCommand(process.execPath, [join(ROOT, 'scripts/package.mjs'), '--target', target], { cwd: ROOT });
  return vsixPath(target);
}

/** Where `npm run package` puts the VSIX of a platform. */
export function vsixPath(target: string): string {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, string>;
  return join(ROOT, 'out', `${name}-${target}-${version}.vsix`);
}
