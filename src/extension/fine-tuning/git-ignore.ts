import ignore, { type Ignore } from 'ignore';

/** A `.gitignore` as it was read. */
export interface GitIgnoreFile {
  /** Folder it lies in, relative to the workspace folder, with `/`; empty for the workspace folder itself. */
  readonly folder: string;
  readonly text: string;
}

/**
 * Which files of one workspace folder its `.gitignore` files leave out. As in Git, the file deeper in the tree has the
 * last word, except below a folder that one further up leaves out whole.
 */
export class GitIgnore {
  readonly #rules: readonly { readonly prefix: string; readonly rules: Ignore }[];

  constructor(files: readonly GitIgnoreFile[]) {
    this.#rules = files
      .map(({ folder, text }) => ({ prefix: folder === '' ? '' : `${folder}/`, rules: ignore().add(text) }))
      .sort((a, b) => a.prefix.length - b.prefix.length);
  }

  /** @param path Of a file, relative to the workspace folder, with `/`. */
  ignores(path: string): boolean {
    const folders = path.split('/').slice(0, -1);
    const above = folders.map((_, depth) => `${folders.slice(0, depth + 1).join('/')}/`);
    return above.some((folder) => this.#ignoresItself(folder)) || this.#ignoresItself(path);
  }

  #ignoresItself(path: string): boolean {
    let ignored = false;
    for (const { prefix, rules } of this.#rules) {
      if (path === prefix || !path.startsWith(prefix)) continue;
      const verdict = rules.test(path.slice(prefix.length));
      if (verdict.ignored) ignored = true;
      if (verdict.unignored) ignored = false;
    }
    return ignored;
  }
}
