import { describe, expect, test } from 'vitest';
import { stripLatex } from '../../../../src/text/markup/latex/strip-latex';

describe('LaTeX → prose', () => {
  test.each([
    [
      'preamble and what is behind the document',
      '\\documentclass[a4paper]{jlreq}\n\\title{灯台}\n\\begin{document}\n\\maketitle\n　海\n\\end{document}\nあと\n',
      '　海\n',
    ],
    [
      'a part that another file includes',
      '\\chapter{灯台\\label{a}}\n\n　海は静かだった。\n',
      '灯台\n\n　海は静かだった。\n',
    ],
    ['ruby', '\\ruby{灯台}{とうだい}と\\ruby[g]{海}{う|み}と\\kana{空}{そら}', '灯台と海と空'],
    ['ruby on a command', '\\ruby{\\textbf{灯}台}{とうだい}', '灯台'],
    ['a code point', '森\\UTF{9DD7}外と\\UTF{20BB7}野家', '森鷗外と𠮷野家'],
    ['a comment', '　海% 直す\n% メモ\n　空は10\\%\n', '　海\n　空は10%\n'],
    ['emphasis', '\\emph{灯台}と\\kenten{海}と{\\bfseries 空}', '灯台と海と空'],
    ['a colour and a link', '\\textcolor{red}{灯台}と\\href{https://example.com}{海}', '灯台と海'],
    ['a footnote', '海\\footnote{\\textbf{注}\\}}は', '海は'],
    ['lines', '海\\\\\n空\\\\[2mm] 波\\par 風', '海\n空\n波\n風'],
    ['a length', '\\setlength\\parindent{1em}\\vspace*{1zw}\\hspace{1\\zw}海', '海'],
    ['a definition', '\\newcommand{\\x}[1]{#1}海\\def\\y#1{z}', '海'],
    [
      'an environment',
      '\\begin{quote}\n　海\n\\end{quote}\n\\begin{multicols}{2}\n空\n\\end{multicols}\n',
      '　海\n空\n',
    ],
    ['a figure', '　海\n\n\\begin{figure}[h]\n\\caption{灯台}\n\\end{figure}\n\n　空\n', '　海\n\n　空\n'],
    ['what was commented out', '\\begin{comment}\n没\n\\end{comment}\n海\n', '海\n'],
    ['mathematics', '$x^2$と\\(y\\)と\\[z\\]海', 'とと海'],
    ['amounts in dollars', '海は100$だ。\n\n空は200$だ。', '海は100だ。\n\n空は200だ。'],
    ['quotation marks and dashes', "``海''---空\\ldots{}", '“海”—空…'],
    ['symbols', '\\#\\&\\_\\{\\}~\\LaTeX', '#&_{} LaTeX'],
    ['verbatim text', '\\begin{verbatim}\n\\x\n\\end{verbatim}\n海', '海'],
    ['what is never closed', '\\ruby{灯台}{とう', '灯台とう'],
    ['a lone backslash', '海\\', '海'],
  ])('%s', (_, text, prose) => expect(stripLatex(text)).toBe(prose));
});

describe('stays as it was typed', () => {
  test.each([['　海は\n静かだった。\n\n\n　　空は\n'], ['「海」（空）[波]"風"\n'], ['']])('%j', (text) =>
    expect(stripLatex(text)).toBe(text),
  );
});
