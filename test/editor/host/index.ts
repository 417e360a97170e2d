import { join } from 'node:path';
import { format } from 'node:util';

/** The entry that VS Code calls inside the extension host. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  // Without the mark nobody could tell Mocha's lines from the editor's own.
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => console.log(`MOCHA|${format(...parts)}`);
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: 'spec', color: false });
  for (const name of ['commands.js', 'configuration.js', 'ghost-text.js', 'partial-accept.js'])
    mocha.addFile(join(__dirname, name));
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
