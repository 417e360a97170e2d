import { runCommand } from './command';

/**
 * Runs npm in `folder`.
 * @param node The Node that runs npm and whatever npm runs; this process's own unless given.
 * @throws {CommandError}
 */
export async function npm(
  folder: string,
  parameters: readonly string[],
  { node = process.execPath, environment = {} }: { node?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const cli = process.env.npm_execpath;
  const [file, first] = cli?.endsWith('npm-cli.js') === true ? [node, [cli]] : ['npm', []];
  await runCommand(file, [...first, ...parameters], {
    cwd: folder,
    environment: { ...withoutOuterNpm(process.env), ...environment },
  });
}

/** Under `npm start` the environment says which project npm works on; the inner npm works on another. */
function withoutOuterNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name)),
  );
}
