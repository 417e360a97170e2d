/** Lines of hyphens around what says which marks the file uses. */
const RULE = /^-{10,}\s*$/u;
const SYMBOLS = '【テキスト中に現れる記号について】';

/** As much as stands before the first rule: title, subtitle, authors, translators. */
const LONGEST_TITLE = 20;

/**
 * Takes out what 青空文庫 puts around a work: title and authors, the block about symbols, and from 底本： to the end the
 * edition and who typed it. Title and authors alone are only taken for such where one of the others is there too.
 *
 * @see https://www.aozora.gr.jp/KOSAKU/txt_chu_kigo.html
 */
export function withoutFrame(text: string): string {
  const lines = text.split('\n');
  const footer = footerStart(lines);
  const header = headerEnd(lines, footer !== undefined);
  if (header === 0 && footer === undefined) return text;
  const body = lines.slice(header, footer);
  const first = body.findIndex((line) => line !== '');
  const last = body.findLastIndex((line) => line !== '');
  return `${body.slice(Math.max(first, 0), last + 1).join('\n')}\n`;
}

/** The line that begins with 底本 after a blank one: the source edition. */
function footerStart(lines: readonly string[]): number | undefined {
  const start = lines.findIndex((line, i) => /^底本[：:]/u.test(line) && (i === 0 || lines[i - 1]?.trim() === ''));
  return start < 0 ? undefined : start;
}

/** How many lines the header has. */
function headerEnd(lines: readonly string[], hasFooter: boolean): number {
  const rule = lines.findIndex((line) => RULE.test(line));
  if (rule >= 0 && rule <= LONGEST_TITLE && lines[rule + 1]?.startsWith(SYMBOLS)) {
    const end = lines.findIndex((line, i) => i > rule && RULE.test(line));
    if (end >= 0) return end + 1;
  }
  const blank = lines.findIndex((line) => line.trim() === '');
  const title = lines.slice(0, blank);
  return hasFooter && blank >= 2 && blank <= LONGEST_TITLE && title.every(isLineOfTitle) ? blank : 0;
}

/** Prose is indented, is said, or ends a sentence. */
function isLineOfTitle(line: string): boolean {
  return line.length <= 60 && !/^[　「『（―…]/u.test(line) && !/[。」』…]$/u.test(line);
}
