import { join } from 'node:path';
import { runCommand } from '../../../scripts/editor/command';
import { ROOT } from '../../../scripts/editor/vsix';

/** What the command line says to a prompt when it always takes the likeliest, up to the end of the sentence. */
export async function greedyContinuation(prompt: string): Promise<string> {
  const cli = join(ROOT, 'dist/cli.js');
  const flags = ['--prompt', prompt, '--temperature', '0', '--stop', 'sentence', '--token-healing', '--json'];
  const output = await runCommand(process.execPath, [cli, 'complete', ...flags]);
  const { sequences } = JSON.parse(output) as { readonly sequences: readonly { readonly text: string }[] };
  return sequences[0]?.text ?? '';
}
