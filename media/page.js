// A page of sections: shows those that the extension sends, and reports what is clicked or chosen.
const vscode = acquireVsCodeApi();
const main = document.querySelector('main');
let shown = new Map();

window.addEventListener('message', ({ data }) => {
  if (data.sections === undefined) return;
  const next = new Map(data.sections.map(({ id, markup }) => [id, markup]));
  if ([...next.keys()].join() !== [...shown.keys()].join()) {
    main.replaceChildren(...data.sections.map(emptySection));
    shown = new Map();
  }
  for (const [id, markup] of next) {
    if (shown.get(id) !== markup) draw(document.getElementById(`section-${id}`), markup);
  }
  shown = next;
});

function emptySection({ id, announced }) {
  const section = document.createElement('section');
  section.id = `section-${id}`;
  if (announced) section.setAttribute('aria-live', 'polite');
  return section;
}

/** Draws a section anew; what has the focus keeps it, and what was unfolded stays so. */
function draw(section, markup) {
  const focused = section.contains(document.activeElement) ? document.activeElement.id : '';
  const unfolded = [...section.querySelectorAll('details[open]')].map(({ id }) => id);
  section.innerHTML = markup;
  for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '');
  if (focused !== '') document.getElementById(focused)?.focus();
}

main.addEventListener('click', ({ target }) => {
  const button = target.closest('button[data-action]');
  if (button !== null) vscode.postMessage({ action: button.dataset.action, value: button.dataset.value });
});

main.addEventListener('change', ({ target }) => {
  const { action } = target.dataset;
  if (action !== undefined) vscode.postMessage({ action, value: target.value, checked: target.checked });
});

main.addEventListener('submit', (event) => {
  event.preventDefault();
  const { target } = event;
  vscode.postMessage({ action: target.dataset.action, value: target.elements.namedItem('value').value });
  target.reset();
});

window.addEventListener('load', () => vscode.postMessage({ action: 'ready' }));
