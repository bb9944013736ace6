// @ts-check
/** One file in a list of uploads. What is said of its state is up to the page: `words`. */
import { element, icon, size, text } from './texts.js';

export class UploadRow {
  /**
   * @param {import('./upload.js').Upload} upload
   * @param {import('./upload.js').UploadQueue} queue
   * @param {(error: unknown) => void} complain says that the file could not be taken out
   * @param {() => void} pick lets the person choose a file again
   */
  constructor(upload, queue, complain, pick) {
    this.upload = upload;
    this.name = element('span', { class: 'file-name' });
    this.size = element('span', { class: 'file-size' });
    this.meter = element('progress', { class: 'meter', max: '100' });
    this.note = element('p', { class: 'upload-note' });
    this.pause = this.button('pause', () => queue.pause(upload));
    this.resume = this.button('play', () => queue.resume(upload));
    this.retry = this.button('retry', () => queue.resume(upload));
    this.again = this.button('upload', () => {
      void queue.reopen(upload).then((isOpen) => {
        if (!isOpen) pick();
      });
    });
    this.remove = this.button('cross', () => queue.remove(upload).catch(complain));
    this.element = element('li', {}, this.name, this.size,
      element('span', { class: 'upload-buttons' }, this.pause, this.resume, this.retry, this.again, this.remove),
      this.meter, this.note);
  }

  /** @param {string} sign @param {() => unknown} work */
  button(sign, work) {
    const made = element('button', { type: 'button', class: 'icon-button', 'data-sign': sign }, icon(sign));
    made.addEventListener('click', () => void work());
    return made;
  }

  /** @param {boolean} [isLocked] whether nothing can be done with it any more */
  draw(isLocked = false) {
    const { upload } = this;
    const { state, octets, size: whole } = upload;
    if (this.name.textContent !== upload.name) {
      this.name.textContent = upload.name;
      const what = { what: upload.name };
      this.pause.setAttribute('aria-label', text('pause', what));
      this.resume.setAttribute('aria-label', text('resume', what));
      this.retry.setAttribute('aria-label', text('retry', what));
      this.again.setAttribute('aria-label', text('chooseAgain', what));
      this.remove.setAttribute('aria-label', text('remove', what));
      this.meter.setAttribute('aria-label', upload.name);
    }
    this.element.dataset.state = state;
    if (upload.id) this.element.dataset.file = upload.id;
    this.size.textContent = size(whole);
    const share = whole > 0 ? (octets / whole) * 100 : state === 'complete' ? 100 : 0;
    this.meter.value = share;
    this.meter.hidden = state === 'complete';
    for (const [button, isShown] of /** @type {[HTMLElement, boolean][]} */ ([
      [this.pause, upload.isActive], [this.resume, state === 'paused'], [this.retry, state === 'failed'],
      [this.again, state === 'missing'], [this.remove, true],
    ])) {
      const shown = isShown && !isLocked;
      if (!shown && button === document.activeElement) this.remove.focus();
      button.hidden = !shown;
    }
    const words = this.words(share);
    const said = words.map((one) => (typeof one === 'string' ? one : '')).join('');
    // Only when it is different, so that a reader is not told the same again and again.
    if (said !== this.said) this.note.replaceChildren(...words);
    this.said = said;
    this.note.className = state === 'failed' ? 'upload-note field-error'
      : state === 'complete' ? 'upload-note status status-good' : 'upload-note';
  }

  /** What is said of the state. @param {number} share percent @returns {(Node | string)[]} */
  words(share) {
    throw new Error(`nothing to say at ${share} %`);
  }
}
