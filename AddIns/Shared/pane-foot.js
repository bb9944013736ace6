// @ts-check
/** The end of the pane: what still keeps the block from the mail, and the buttons that put it there. */
import { askingButton, button, notice, paragraph, rename } from './pane-parts.js';
import { element, icon, text } from './texts.js';

/**
 * @typedef {object} Standing
 * @property {boolean} isInserted
 * @property {boolean} isOpen whether the delivery can be changed
 * @property {boolean} isKept whether the delivery stays when its block is taken out
 * @property {boolean} isStale whether the mail says something else than the delivery is
 * @property {boolean} isBusy
 * @property {string} obstacle what still keeps it back, in words
 * @property {string} hint what else is good to know
 */

export class FootPart {
  /**
   * @param {(at: 'cursor' | 'end') => unknown} insert
   * @param {() => unknown} renew
   * @param {() => unknown} remove
   */
  constructor(insert, renew, remove) {
    this.result = element('div', { class: 'result', role: 'status' });
    this.trouble = element('div', { 'aria-live': 'assertive' });
    this.hint = element('p', { class: 'hint', id: 'insert-hint', 'aria-live': 'polite' });
    this.primary = button(text('insert'), () => (this.isInserted ? renew() : insert('cursor')), { kind: 'primary', id: 'insert' });
    this.primary.classList.add('button-wide');
    this.primary.setAttribute('aria-describedby', 'insert-hint');
    this.atEnd = button(text('insertEnd'), () => insert('end'), { kind: 'link', id: 'insert-end' });
    this.remove = askingButton(text('removeBlock'),
      () => text(this.isKept ? 'removeQuestionKept' : 'removeQuestion'), remove, { kind: 'link', id: 'remove-block' });
    this.isInserted = false;
    this.isKept = false;
    this.element = element('section', { class: 'foot', 'aria-label': text('footLabel') },
      this.result, this.trouble, this.hint, this.primary, this.atEnd, this.remove);
  }

  /** @param {Standing} standing */
  draw(standing) {
    const { isInserted, isOpen, isKept, isStale, isBusy, obstacle, hint } = standing;
    this.isInserted = isInserted;
    this.isKept = isKept;
    // What was said of the block no longer holds.
    if (isStale) this.result.replaceChildren();
    const isBlocked = obstacle !== '' || isBusy || (isInserted && !isStale);
    rename(this.primary, text(isBusy ? 'working' : isInserted ? 'renew' : 'insert'));
    this.primary.setAttribute('aria-disabled', String(isBlocked));
    this.primary.hidden = isInserted && (!isOpen || !isStale);
    this.atEnd.hidden = isInserted || isBlocked;
    this.remove.hidden = !isInserted || isBusy;
    const words = obstacle || hint;
    if (this.hint.textContent !== words) this.hint.textContent = words;
    this.hint.hidden = words === '';
  }

  /** @param {string} words @param {string} [more] */
  succeed(words, more = '') {
    this.trouble.replaceChildren();
    this.result.replaceChildren(element('p', { class: 'status status-good', id: 'result' }, icon('check-circle'), words),
      ...(more ? [paragraph(more, 'hint')] : []));
  }

  /** @param {string} words @param {Node[]} more */
  fail(words, ...more) {
    this.result.replaceChildren();
    this.trouble.replaceChildren(notice('bad', paragraph(words), ...more));
  }

  quiet() {
    this.result.replaceChildren();
    this.trouble.replaceChildren();
  }
}
