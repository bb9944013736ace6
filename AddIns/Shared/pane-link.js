// @ts-check
/** A link to put into the mail by hand, where the mail program does not let us. */
import { button, paragraph, rename } from './pane-parts.js';
import { element, text } from './texts.js';

/** @param {string} link */
export function linkToCopy(link) {
  const field = element('input', { type: 'text', readonly: '', id: 'link-to-copy', 'aria-label': text('linkLabel') });
  field.value = link;
  const copy = button(text('copy'), async () => {
    field.select();
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(link);
      isCopied = true;
    } catch {
      // Frames of other programs seldom may; the older way often works.
      isCopied = document.execCommand('copy');
    }
    rename(copy, text(isCopied ? 'copied' : 'copySelected'));
  }, { kind: 'small', sign: 'copy' });
  return element('div', { class: 'stack' }, paragraph(text('linkByHand')), field, copy);
}
