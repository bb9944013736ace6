// @ts-check
/** Buttons that copy what stands beside them. They appear only where this script runs. */
import { text, icon } from './texts.js';

showButtons();
// A page that reads itself again brings fresh buttons.
document.addEventListener('depesche:refreshed', showButtons);

function showButtons() {
  for (const button of document.querySelectorAll('[data-copy][hidden]')) {
    if (button instanceof HTMLButtonElement) show(button);
  }
}

/** @param {HTMLButtonElement} button */
function show(button) {
  const source = document.getElementById(button.dataset.copy ?? '');
  if (!source) return;
  button.prepend(icon('copy'));
  button.hidden = false;
  const words = button.lastChild?.textContent ?? '';
  button.addEventListener('click', async () => {
    const copied = (await copy(source)) ? text('copied') : text('notCopied');
    if (button.lastChild) button.lastChild.textContent = copied;
    button.setAttribute('aria-live', 'polite');
    setTimeout(() => {
      if (button.lastChild) button.lastChild.textContent = words;
    }, 3000);
  });
}

/** @param {HTMLElement} source @returns {Promise<boolean>} */
async function copy(source) {
  const value = source.innerText.trim();
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    // Plain http: select it, so that the keyboard can copy it.
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return document.execCommand('copy');
  }
}
