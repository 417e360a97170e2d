// Sliders and fields of the sampling panel. They are drawn once: what is being dragged or typed into stays as it is.
const NAMED = 'input[data-name]';

/** The slider and the field of one value, and what is wrong with what was typed. */
function showValue(name, value, problem) {
  for (const input of main.querySelectorAll(`${NAMED}[data-name="${name}"]`)) {
    if (input !== document.activeElement) input.value = value;
    if (input.type === 'text') input.setAttribute('aria-invalid', String(problem !== undefined));
  }
  const shown = document.getElementById(`problem-${name}`);
  if (shown !== null && shown.textContent !== (problem ?? '')) shown.textContent = problem ?? '';
}

window.addEventListener('message', ({ data: { values } }) => {
  for (const { name, value, problem } of values ?? []) showValue(name, value, problem);
});

main.addEventListener('input', ({ target }) => {
  const { name } = target.dataset;
  if (name !== undefined) vscode.postMessage({ action: 'set', name, value: target.value });
});
