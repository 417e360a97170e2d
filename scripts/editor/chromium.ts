import { existsSync, readFileSync } from 'node:fs';
import { isOnPath, runCommand } from './command';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** What Debian calls the browser, and a font with Japanese glyphs. */
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

/**
 * The command that starts Chromium, on a machine that has a Japanese font. Both are installed on first use where that
 * is possible: as root on Debian and what descends from it.
 * @throws with one line that says what to install.
 */
export async function chromium(say: (line: string) => void): Promise<string> {
  const named = process.env.TSUZUKI_CHROMIUM;
  if (named !== undefined) return named;
  const found = await findChromium();
  if (found !== undefined && (await hasJapaneseFont())) return found;
  if (!mayInstall()) {
    throw new Error(`The editor tests need Chromium and a Japanese font: sudo apt-get install ${PACKAGES.join(' ')}`);
  }
  say(`Installing ${PACKAGES.join(' and ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { environment });
  await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], { environment });
  const installed = await findChromium();
  if (installed === undefined) throw new Error('Chromium was installed and yet is not on the PATH.');
  return installed;
}

async function findChromium(): Promise<string | undefined> {
  const program = PROGRAMS.find(isOnPath);
  return program === undefined ? undefined : (await runCommand('which', [program])).trim();
}

async function hasJapaneseFont(): Promise<boolean> {
  return isOnPath('fc-list') && (await runCommand('fc-list', [':lang=ja', 'family'])).trim() !== '';
}

function mayInstall(): boolean {
  const release = '/etc/os-release';
  return (
    process.getuid?.() === 0 &&
    existsSync(release) &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync(release, 'utf8'))
  );
}
