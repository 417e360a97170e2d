import picomatch from 'picomatch';

/** What never holds manuscripts, in the words of VS Code's globs; not even searched. */
export const NEVER_SEARCHED = '{**/node_modules/**,**/.*/**}';

/** The same for a folder, relative to the workspace folder, with `/`. */
export function isNeverSearched(folder: string): boolean {
  return folder.split('/').some((part) => part === 'node_modules' || part.startsWith('.'));
}

/**
 * Whether a glob of the setting `fineTuning.exclude` matches a file, or a folder that it is in. Capitals make no
 * difference: `README*` leaves out `readme.md` too.
 *
 * @returns A function of paths relative to the workspace folder, with `/`.
 */
export function excludedBy(globs: readonly string[]): (path: string) => boolean {
  const matches = picomatch([...globs], { nocase: true, dot: true });
  return (path) => {
    const parts = path.split('/');
    return parts.some((_, depth) => matches(parts.slice(0, depth + 1).join('/')));
  };
}
