// @ts-check
/** The list of files on their way, the place to drop more, and their sum. */
import { leftovers, watchFiles } from './dropped-files.js';
import { button, notice, paragraph, rename } from './pane-parts.js';
import { problemWords } from './problem-words.js';
import { allowsFile } from './sender-rules.js';
import { duration, element, icon, number, size, text } from './texts.js';
import { UploadRow } from './upload-row.js';

const announceEvery = 20_000;

export class FilesPart {
  /**
   * @param {import('./upload.js').UploadQueue} queue
   * @param {() => import('./pane-session.js').Offer | null} offer
   */
  constructor(queue, offer) {
    this.queue = queue;
    this.offer = offer;
    /** @type {Map<import('./upload.js').Upload, UploadRow>} */
    this.rows = new Map();
    this.announced = { at: 0, words: '' };
    this.isDrawing = false;
    this.isLocked = false;
    this.list = element('ul', { class: 'uploads', id: 'uploads', 'aria-label': text('files') });
    this.complaints = element('div', { 'aria-live': 'assertive' });
    this.spoken = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
    this.picker = element('input', { type: 'file', multiple: '', id: 'file-picker', tabindex: '-1', 'aria-label': text('chooseFiles') });
    this.picker.hidden = true;
    this.choose = button(text('chooseFiles'), () => this.picker.click(), { sign: 'plus', id: 'choose-files' });
    this.drop = element('div', { class: 'drop' }, this.choose, paragraph(text('dropHere'), 'drop-hint'), this.picker);
    this.words = element('span', {});
    this.meter = element('progress', { class: 'meter', max: '100', 'aria-label': text('allFiles') });
    this.pauseAll = button(text('pauseAll'), () => queue.pauseAll(), { kind: 'small', sign: 'pause', id: 'pause-all' });
    this.resumeAll = button(text('resumeAll'), () => queue.resumeAll(), { kind: 'small', sign: 'play', id: 'resume-all' });
    this.sum = element('div', { class: 'upload-all', id: 'upload-all' }, this.meter,
      element('div', { class: 'row row-apart' }, this.words, this.pauseAll, this.resumeAll));
    this.element = element('section', { class: 'part', 'aria-labelledby': 'files-title' },
      element('h2', { id: 'files-title' }, text('files')), this.drop, this.complaints, this.list, this.sum, this.spoken);
    this.listen();
    queue.addEventListener('change', () => this.soon());
    // Speed and time left go on although nothing happens.
    setInterval(() => {
      if (queue.isBusy) this.soon();
    }, 1_000);
    this.draw();
  }

  listen() {
    this.picker.addEventListener('change', () => {
      for (const file of this.picker.files ?? []) this.add(file);
      this.picker.value = '';
    });
    watchFiles(this.drop, (file) => this.add(file), () => !this.isLocked);
  }

  /**
   * @param {File} file
   * @returns {import('./upload.js').Upload | null} null: not taken, or it goes on with an upload that had lost it
   */
  add(file) {
    if (this.isLocked || leftovers.has(file.name)) return null;
    if (this.queue.reclaim(file)) return null;
    const offer = this.offer();
    const limits = offer?.limits;
    if (!allowsFile(offer?.fileTypes, file.name)) {
      this.complain(text('fileTypeNotAllowed', { name: file.name }));
    } else if (limits?.fileSize && file.size > limits.fileSize) {
      this.complain(text('fileTooLarge', { name: file.name, most: size(limits.fileSize) }));
    } else if (limits?.deliverySize && this.queue.size + file.size > limits.deliverySize) {
      this.complain(text('deliveryTooLarge', { name: file.name, most: size(limits.deliverySize) }));
    } else if (limits?.files && this.queue.uploads.length >= limits.files) {
      this.complain(text('tooManyFiles', { most: number(limits.files) }));
    } else {
      this.complaints.replaceChildren();
      return this.queue.add(file);
    }
    return null;
  }

  /** @param {string} words */
  complain(words) {
    this.complaints.replaceChildren(notice('bad', paragraph(words)));
  }

  /** The files that the server knows of a delivery. @param {any[]} files */
  adopt(files) {
    for (const file of files) {
      if (file.complete) this.queue.restore(file.id, file.name, file.size);
      else void this.queue.revive(file.id, file.name, file.size);
    }
  }

  /** Empties the list here; what the server has stays there. */
  clear() {
    for (const upload of this.queue.uploads) this.queue.ground(upload);
    this.queue.uploads = [];
    this.complaints.replaceChildren();
    this.draw();
  }

  /** Whether nothing may be added or taken out any more. @param {boolean} isLocked */
  lock(isLocked) {
    this.isLocked = isLocked;
    this.draw();
  }

  soon() {
    if (this.isDrawing) return;
    this.isDrawing = true;
    // Not requestAnimationFrame: a pane that is covered gets none, and must know when all is there.
    setTimeout(() => {
      this.isDrawing = false;
      this.draw();
    }, 30);
  }

  draw() {
    for (const [upload, row] of this.rows) {
      if (this.queue.uploads.includes(upload)) continue;
      if (row.element.contains(document.activeElement)) this.choose.focus();
      row.element.remove();
      this.rows.delete(upload);
    }
    for (const upload of this.queue.uploads) {
      let row = this.rows.get(upload);
      if (!row) {
        row = new PaneUploadRow(
          upload, this.queue, (error) => this.complain(problemWords(error)), () => this.picker.click());
        this.rows.set(upload, row);
        this.list.append(row.element);
      }
      row.draw(this.isLocked);
    }
    this.drop.hidden = this.isLocked;
    this.list.hidden = this.queue.uploads.length === 0;
    rename(this.choose, text(this.queue.uploads.length === 0 ? 'chooseFiles' : 'moreFiles'));
    this.drawSum();
  }

  drawSum() {
    const { queue } = this;
    this.sum.hidden = !queue.isIncomplete;
    if (!queue.isIncomplete) {
      if (queue.uploads.length > 0 && this.announced.words) this.announce(text('allThere'), true);
      return;
    }
    const { octets, size: whole, speed, timeLeft } = queue;
    this.meter.value = whole > 0 ? (octets / whole) * 100 : 0;
    const words = [text('ofAll', { done: size(octets), all: size(whole) })];
    if (speed > 0 && queue.isBusy) words.push(text('left', { time: duration(timeLeft) }));
    this.words.textContent = words.join(' · ');
    this.pauseAll.hidden = !queue.isBusy;
    this.resumeAll.hidden = !queue.uploads.some((one) => one.state === 'paused');
    const share = whole > 0 ? Math.floor((octets / whole) * 100) : 0;
    if (queue.uploads.some((one) => one.state === 'offline')) this.announce(text('offlineAll'));
    else this.announce(text('announce', { share: number(share) }));
  }

  /** Not chatty: now and then, and at the end. @param {string} words @param {boolean} [isLast] */
  announce(words, isLast = false) {
    const now = Date.now();
    if (words === this.announced.words || (!isLast && now - this.announced.at < announceEvery)) return;
    this.announced = { at: now, words: isLast ? '' : words };
    this.spoken.textContent = words;
  }
}

/** One file of the pane's list. */
class PaneUploadRow extends UploadRow {
  /** @param {number} share @returns {(Node | string)[]} */
  words(share) {
    const { upload } = this;
    const whole = { share: number(share) };
    switch (upload.state) {
      case 'complete': return [icon('check'), text('complete')];
      case 'paused': return [icon('pause'), text('paused', whole)];
      case 'offline': return [icon('clock'), text(upload.problem && upload.problem.status > 0 ? 'serverBusyUpload' : 'offline')];
      case 'missing': return [icon('warning'), text(upload.handle ? 'missingHandle' : 'missing', whole)];
      case 'failed': return [icon('warning'), upload.problem?.code === 'unreadable' ? text('unreadable') : problemWords(upload.problem)];
      case 'waiting': return [text('waiting')];
      default: return [text('running', { ...whole, done: size(upload.octets) })];
    }
  }
}
