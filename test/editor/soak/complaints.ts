import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Its identifier, which stands in what the editor says of it. */
export const EXTENSION = 'tsuzuki.tsuzuki';

/**
 * Collects what the page complains of that concerns the extension.
 *
 * @returns The complaints so far, growing.
 */
export function watchConsole(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (/\bERR\b|error|failed|unhandled/i.test(text) && text.includes(EXTENSION)) complaints.push(text);
  });
  return complaints;
}

/**
 * Warnings and errors in the log of the extension, into which what the sidecar prints goes too, since a time.
 *
 * @param userData Folder in which the editor keeps its logs.
 * @throws when there is no such log.
 */
export function complaintsInLogs(userData: string, since: Date): readonly string[] {
  const logs = readdirSync(join(userData, 'logs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('Tsuzuki.log'),
  );
  if (logs.length === 0) throw new Error(`No log of the extension in ${userData}/logs.`);
  return logs.flatMap((name) =>
    entriesOf(readFileSync(join(userData, 'logs', name), 'utf8')).filter(
      (entry) => /^\S+ \S+ \[(warning|error)\]/.test(entry) && timeOf(entry) >= since,
    ),
  );
}

/** `2026-03-01 12:34:56.789 [info] …`, with the lines that belong to it. */
function entriesOf(log: string): readonly string[] {
  return log.split(/\n(?=\d{4}-\d\d-\d\d \S+ \[)/);
}

function timeOf(entry: string): Date {
  return new Date(entry.slice(0, '2026-03-01 12:34:56.789'.length).replace(' ', 'T'));
}
