// @ts-check
/** Keeps the example of a sender's name true while its pattern is typed. The server judges the pattern when it is saved. */

for (const example of document.querySelectorAll('[data-example-of]')) {
  const field = document.getElementById(example.getAttribute('data-example-of') ?? '');
  const shown = example.querySelector('[data-shown]');
  if (example instanceof HTMLElement && field instanceof HTMLInputElement && shown) {
    field.addEventListener('input', () => {
      shown.textContent = composed(field.value.trim() || (example.dataset.standard ?? ''), example.dataset);
    });
  }
}

/**
 * @param {string} pattern
 * @param {DOMStringMap} values
 */
function composed(pattern, values) {
  return pattern
    .replace(/\{\s*(name|address|organisation)\s*\}/gi, (_, field) => values[field.toLowerCase()] ?? '')
    .replace(/\s+/g, ' ')
    .replace(/^[ \-–—|·,/:]+|[ \-–—|·,/:]+$/g, '');
}
