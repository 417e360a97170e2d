// Runs in the page: writes down each ghost text that is drawn, however briefly, and where compositions begin and end.
(() => {
  const selector = '.editor-instance .monaco-editor .view-lines .ghost-text-decoration';
  const shown = [];
  let last = '';
  const look = () => {
    const text = [...document.querySelectorAll(selector)].map((line) => line.textContent).join('');
    if (text !== last) shown.push({ kind: 'ghost', text });
    last = text;
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  for (const [event, state] of [
    ['compositionstart', 'begins'],
    ['compositionend', 'ends'],
  ]) {
    document.addEventListener(event, () => shown.push({ kind: 'composition', state }), true);
  }
  window.tsuzukiShown = shown;
  look();
})();
