// Runs in the page: the suggestion that is drawn, as text. Its first line stands in the text, wrapped as that is; the others
// stand in a gap below it.
(() => {
  const editor = '.editor-instance .monaco-editor';
  const top = (element) => element.getBoundingClientRect().top;
  const inOrder = (selector) => [...document.querySelectorAll(selector)].sort((a, b) => top(a) - top(b));
  const first = inOrder(`${editor} .view-lines .ghost-text-decoration`);
  const others = inOrder(`${editor} .view-zones .suggest-preview-text .view-line`);
  return [first.map(({ textContent }) => textContent).join(''), ...others.map(({ textContent }) => textContent)].join(
    '\n',
  );
})();
