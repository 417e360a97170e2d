import { runCommand } from './command';
import type { Profile } from './profile';

/** The command that desktop VS Code puts on the PATH. */
export const DESKTOP_COMMAND = process.platform === 'win32' ? 'code.cmd' : 'code';

/**
 * Opens desktop VS Code with the extension, in a profile of its own, and waits until its window is closed.
 * @throws {CommandError}
 */
export async function openDesktop(
  profile: Profile,
  vsix: string,
  folder: string,
  place: { readonly file: string; readonly line: number; readonly column: number },
): Promise<void> {
  const own = ['--user-data-dir', profile.userData, '--extensions-dir', profile.extensions];
  // Electron refuses to start as root with its sandbox on.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  await runCommand(DESKTOP_COMMAND, [...own, ...asRoot, '--install-extension', vsix, '--force']);
  const goto = `${place.file}:${place.line}:${place.column}`;
  const window = ['--new-window', '--wait', '--disable-workspace-trust', folder, '--goto', goto];
  await runCommand(DESKTOP_COMMAND, [...own, ...asRoot, ...window]);
}
