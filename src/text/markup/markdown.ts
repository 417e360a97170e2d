import { parse, postprocess, preprocess } from 'micromark';
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly';
import { gfm } from 'micromark-extension-gfm';
import { decodeString } from 'micromark-util-decode-string';
import { withoutHtml } from './html';
import type { Replacement } from './replacements';
import { withReplacements } from './replacements';

/** Tokens of micromark that are no prose, with all that is in them. */
const REMOVED = new Set([
  'codeFenced',
  'codeTextSequence',
  'codeTextPadding',
  'table',
  'thematicBreak',
  'definition',
  'image',
  'atxHeadingSequence',
  // Between the marks of a heading and its text.
  'whitespace',
  'setextHeadingLine',
  'emphasisSequence',
  'strongSequence',
  'strikethroughSequence',
  'blockQuotePrefix',
  'listItemPrefix',
  'listItemIndent',
  'taskListCheck',
  'labelMarker',
  'resource',
  'reference',
  'autolink',
  'literalAutolink',
  'gfmFootnoteCall',
  'gfmFootnoteDefinition',
  'escapeMarker',
  'hardBreakEscape',
  'hardBreakTrailing',
]);

/** Front matter in YAML or TOML: its first line is a field. After a break between scenes there is none. */
const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\n(?=\1|[^\s:=]+(?::(?:\s|$)| *=))(?:[\s\S]*?\n)?\1[ \t]*(?:\n+|$)/u;

// The parser's tokens say where each mark stands in the source. Everything else stays as it was typed: line breaks,
// blank lines, and U+3000 at the beginning of a paragraph, none of which a tree or HTML would keep. A single ~ is a
// long vowel here; and ** beside 「」 is emphasis, which CommonMark denies it
// (https://github.com/tats-u/markdown-cjk-friendly).
const EXTENSIONS = [
  gfm({ singleTilde: false }),
  cjkFriendlyExtension(),
  // Four spaces or a tab are how some indent a paragraph; code in a novel stands between fences.
  { disable: { null: ['codeIndented'] } },
];

/**
 * Prose out of Markdown (CommonMark, GitHub's extensions, front matter): headings, quotations, list items and the text
 * of links and inline code stay, code blocks, tables, images, addresses, footnotes and comments go.
 *
 * @param text With lines that end in \n.
 */
export function stripMarkdown(text: string): string {
  const frontMatter = FRONT_MATTER.exec(text)?.[0] ?? '';
  const body = text.slice(frontMatter.length);
  return withReplacements(body, replacements(body));
}

function replacements(text: string): Replacement[] {
  const events = postprocess(
    parse({ extensions: EXTENSIONS })
      .document()
      .write(preprocess()(text, undefined, true)),
  );
  const found: Replacement[] = [];
  /** Where the reading of a ruby in HTML begins: <rt>. */
  let reading: number | undefined;
  let position = 0;
  for (const [kind, { type, start, end }] of events) {
    // What is in a part that goes, goes with it.
    if (kind === 'exit' || start.offset < position) continue;
    const source = text.slice(start.offset, end.offset);
    const by = replacementOf(type, source);
    if (by === undefined) continue;
    position = end.offset;
    if (type === 'htmlText' && reading !== undefined) {
      const inside = found.findIndex((part) => part.start === reading);
      found.splice(inside, found.length, { start: reading, end: position, by });
    } else {
      found.push({ start: start.offset, end: position, by });
    }
    if (type === 'htmlText') reading = /^<r[tp]\b/iu.test(source) ? start.offset : undefined;
  }
  return found;
}

/** What comes in place of a token; undefined where it stays. */
function replacementOf(type: string, source: string): string | undefined {
  if (REMOVED.has(type)) return '';
  if (type === 'htmlFlow' || type === 'htmlText') return withoutHtml(source);
  if (type === 'characterReference') return decodeString(source);
  return undefined;
}
