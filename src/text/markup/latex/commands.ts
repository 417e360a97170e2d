/** What becomes of the arguments of a command in braces, one letter each: `k` is kept, `d` is dropped. */
export const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  // Ruby: okumacro, pxrubrica, luatexja-ruby, furigana. The base stays.
  ...named('kd', 'ruby jruby aruby truby atruby kana furigana ltjruby'),
  ...named('dk', 'textcolor colorbox href hyperref raisebox scalebox'),
  ...named('ddk', 'fcolorbox resizebox'),
  ...named('ddd', 'addcontentsline definecolor newenvironment renewenvironment'),
  ...named('dd', 'setlength addtolength setcounter addtocounter settowidth fontsize rule markboth'),
  ...named('dd', 'newcommand renewcommand providecommand DeclareMathOperator newtheorem'),
  ...named('d', 'title author date thanks label ref pageref eqref cite index footnote footnotetext marginpar url CID'),
  ...named('d', 'includegraphics graphicspath input include usepackage documentclass bibliography bibliographystyle'),
  ...named('d', 'pagestyle thispagestyle pagenumbering markright vspace hspace stepcounter phantom vphantom hphantom'),
  ...named('d', 'color pagecolor fontfamily fontseries fontshape hypersetup geometry rubysetup special pdfbookmark'),
]);

/** Commands that are characters. */
export const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['ldots', '…'],
  ['dots', '…'],
  ['textellipsis', '…'],
  ['textemdash', '—'],
  ['textendash', '–'],
  ['textbackslash', '\\'],
  ['textasciitilde', '~'],
  ['LaTeX', 'LaTeX'],
  ['TeX', 'TeX'],
  ['ss', 'ß'],
  ['ae', 'æ'],
  ['oe', 'œ'],
  ['par', '\n'],
  ['newline', '\n'],
  ['linebreak', '\n'],
  ['%', '%'],
  ['&', '&'],
  ['#', '#'],
  ['$', '$'],
  ['_', '_'],
  ['{', '{'],
  ['}', '}'],
  [' ', ' '],
]);

/** Environments without prose. */
export const NO_PROSE =
  'figure wrapfigure table tabular tabularx longtable array equation align alignat gather multline eqnarray math ' +
  'displaymath verbatim Verbatim lstlisting minted comment tikzpicture picture thebibliography filecontents';

function named(argumentsOf: string, names: string): [string, string][] {
  return names.split(' ').map((name) => [name, argumentsOf]);
}
