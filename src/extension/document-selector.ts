/** Where prose may live: on disk, or in a window's tab that was never saved. */
const SCHEMES = ['file', 'untitled'] as const;

/** The part of a document that decides whether it is served. */
export interface DocumentKind {
  readonly languageId: string;
  readonly uri: { readonly scheme: string };
}

/** Whether ghost text is offered in such a document at all. */
export function isServed(document: DocumentKind, languages: readonly string[]): boolean {
  return languages.includes(document.languageId) && SCHEMES.some((scheme) => scheme === document.uri.scheme);
}

/** The same rule in the form the language client wants. */
export function documentSelector(languages: readonly string[]): { scheme: string; language: string }[] {
  return languages.flatMap((language) => SCHEMES.map((scheme) => ({ scheme, language })));
}
