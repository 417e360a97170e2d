import { isAozora, stripAozora } from './aozora/strip-aozora';
import { stripLatex } from './latex/strip-latex';
import { stripMarkdown } from './markdown';
import { isKakuyomu, isNarou, stripKakuyomu, stripNarou } from './web-novel';

/** The notations that manuscripts are written in. */
export type Markup = 'aozora' | 'kakuyomu' | 'latex' | 'markdown' | 'narou';

const STRIP: Readonly<Record<Markup, (text: string) => string>> = {
  aozora: stripAozora,
  kakuyomu: stripKakuyomu,
  latex: stripLatex,
  markdown: stripMarkdown,
  narou: stripNarou,
};

/** A text without its markup, and the notations that were found in it. */
export interface StrippedText {
  readonly text: string;
  readonly markup: readonly Markup[];
}

/**
 * Prose out of a manuscript. Markdown and LaTeX go by the file's extension; ruby and notes, in what is left, by what it
 * holds: novelists write ｜漢字《かんじ》 in Markdown too. A text without any of these comes back as it is.
 *
 * @param path Only its extension is looked at.
 * @param text With lines that end in \n.
 */
export function stripMarkup(path: string, text: string): StrippedText {
  const byExtension = markupOfExtension(path);
  const content = byExtension === undefined ? text : STRIP[byExtension](text);
  const byContent = markupOfContent(content);
  return {
    text: byContent === undefined ? content : STRIP[byContent](content),
    markup: [byExtension, byContent].filter((markup) => markup !== undefined),
  };
}

function markupOfExtension(path: string): Markup | undefined {
  if (/\.(?:md|markdown|mdown|mkd|mdx)$/iu.test(path)) return 'markdown';
  if (/\.(?:tex|ltx|latex)$/iu.test(path)) return 'latex';
  return undefined;
}

/** 青空文庫 first, as only it has notes; its ruby looks like the others'. */
function markupOfContent(text: string): Markup | undefined {
  if (isAozora(text)) return 'aozora';
  if (isKakuyomu(text)) return 'kakuyomu';
  return isNarou(text) ? 'narou' : undefined;
}
