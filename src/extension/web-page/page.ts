import { randomBytes } from 'node:crypto';
import { env, Uri, type Webview } from 'vscode';
import { type Html, html } from './html';

interface Page {
  readonly title: string;
  /** Files of `media/`, besides those that every page has. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
}

/** A part of a page that is drawn anew when its markup changes. */
export interface Section {
  readonly id: string;
  readonly html: Html;
  /** Whether screen readers say what it has become, when they have nothing else to say. */
  readonly announced?: boolean;
}

/** Sections as `media/page.js` takes them. */
export function drawing(sections: readonly Section[]) {
  return sections.map(({ id, html: { markup }, announced = false }) => ({ id, markup, announced }));
}

/** A page of sections, which `media/page.js` draws. Nothing but the extension's own scripts and styles is loaded. */
export function pageOf(webview: Webview, media: Uri, { title, scripts = [], styles = [] }: Page): string {
  const nonce = randomBytes(16).toString('base64');
  const address = (file: string) => webview.asWebviewUri(Uri.joinPath(media, file)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}`;
  return html`<!DOCTYPE html>
<html lang="${env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  ${['page.css', ...styles].map((file) => html`<link rel="stylesheet" href="${address(file)}">`)}
  <title>${title}</title>
</head>
<body>
  <h1>${title}</h1>
  <main></main>
  ${['page.js', ...scripts].map((file) => html`<script nonce="${nonce}" src="${address(file)}"></script>`)}
</body>
</html>`.markup;
}
