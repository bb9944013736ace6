// @ts-check
/** The compose page: keeps the draft, uploads its files, says for whom it will be sent. */
import { call, Problem } from './api.js';
import { leftovers, watchFiles } from './dropped-files.js';
import { tidy } from './file-memory.js';
import { Finds, found } from './finds.js';
import { Recipients } from './recipients.js';
import { allowsFile } from './sender-rules.js';
import { duration, element, icon, number, plural, size, text } from './texts.js';
import { UploadQueue } from './upload.js';
import { UploadRow } from './upload-row.js';

const saveAfter = 900;
const announceEvery = 20_000;

const form = /** @type {HTMLFormElement} */ (document.getElementById('compose'));
/** What the page says of a list: entries with blanks between. @param {string | undefined} words */
function entries(words) {
  return (words ?? '').split(' ').filter(Boolean);
}

/** @template {HTMLElement} Kind @param {string} id @returns {Kind} */
function part(id) {
  return /** @type {Kind} */ (document.getElementById(id));
}

function start() {
  const domains = { allowed: entries(form.dataset.allowedDomains), forbidden: entries(form.dataset.forbiddenDomains) };
  const recipients = new Recipients(part('recipients'), domains, () => {
    draft.touched();
    state();
  });
  const draft = new Draft();
  const queue = new UploadQueue(() => draft.identify());
  const board = new UploadBoard(queue);
  const finds = new Finds(() => form.dataset.delivery ?? '', queue, () => {
    board.soon();
    state();
  });
  const sendButton = part('send');
  let leaves = false;

  form.addEventListener('input', (event) => {
    if (event.target instanceof HTMLInputElement && event.target.id === 'password') return;
    draft.touched();
    state();
  });
  part('password').addEventListener('change', () => draft.touched(true));
  for (const radio of form.querySelectorAll('input[name="level"]')) radio.addEventListener('change', levels);
  levels();
  const from = /** @type {HTMLSelectElement | null} */ (document.getElementById('from'));
  from?.addEventListener('change', () => {
    for (const seen of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-seen-from]'))) {
      seen.hidden = seen.dataset.seenFrom !== from.value;
    }
  });

  // Enter in a line of the form is not a wish to send.
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement && event.target.type !== 'submit') {
      event.preventDefault();
    }
  });

  form.addEventListener('submit', (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (button?.id === 'send') {
      const obstacle = missing();
      if (obstacle || recipients.isUnsettled) {
        event.preventDefault();
        part('send-hint').textContent = obstacle;
        // What was typed last becomes a chip first; then the same button is pressed again.
        if (!obstacle) void recipients.settle().then(() => form.requestSubmit(button));
        return;
      }
    }
    if (button?.name === 'action' && button.value === 'discard' && queue.uploads.length > 0
      && !confirm(text('discardFiles'))) {
      event.preventDefault();
      return;
    }
    draft.stop();
    leaves = true;
    const target = draft.address;
    if (target) form.action = target;
  });

  addEventListener('beforeunload', (event) => {
    if (leaves || !(queue.isBusy || draft.isUnsaved)) return;
    event.preventDefault();
  });
  // Back from the history: the form may be used again.
  addEventListener('pageshow', () => {
    leaves = false;
    draft.isStopped = false;
  });

  queue.addEventListener('change', state);
  if (form.dataset.scanned) queue.addEventListener('change', () => finds.watch());
  board.draw();
  state();
  void tidy();
  for (const row of form.querySelectorAll('#uploads > li[data-file]')) {
    if (row instanceof HTMLElement) board.adopt(row);
  }
  if (form.dataset.scanned) finds.watch();

  /** What still keeps the delivery from being sent, in words; empty if nothing does. */
  function missing() {
    if (recipients.mistakes > 0) return plural('mistakes', recipients.mistakes);
    if (recipients.count === 0 && !recipients.isUnsettled) return text('needsRecipient');
    if (queue.uploads.some((one) => one.state === 'failed')) return text('needsRepair');
    if (queue.uploads.some((one) => one.state === 'missing')) return text('needsFileAgain');
    if (queue.isIncomplete) return text('needsUpload');
    if (queue.uploads.some((one) => found.has(one))) return text('needsCleanFiles');
    if (queue.uploads.length === 0 && part('message').value.trim() === '') return text('needsContent');
    return '';
  }

  function state() {
    const obstacle = missing();
    part('send-label').textContent = recipients.count > 0 ? plural('sendTo', recipients.count) : text('send');
    sendButton.setAttribute('aria-disabled', String(obstacle !== ''));
    const hint = part('send-hint');
    if (hint.textContent !== obstacle) hint.textContent = obstacle;
  }

  function levels() {
    const chosen = form.querySelector('input[name="level"]:checked');
    const level = chosen instanceof HTMLInputElement ? chosen.value : '1';
    for (const one of form.querySelectorAll('[data-only-level]')) {
      if (one instanceof HTMLElement) one.hidden = one.dataset.onlyLevel !== level;
    }
  }
}

/** Keeps what is typed on the server. */
class Draft {
  constructor() {
    this.id = form.dataset.delivery ?? '';
    this.isUnsaved = false;
    this.isStopped = false;
    this.withPassword = false;
    this.failures = 0;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {Promise<string> | null} */
    this.making = null;
    /** @type {Promise<void>} */
    this.saving = Promise.resolve();
  }

  get address() {
    return this.id ? `/deliveries/${this.id}/edit` : '';
  }

  /** @param {boolean} [password] whether the password is what was changed */
  touched(password = false) {
    if (this.isStopped) return;
    this.isUnsaved = true;
    this.withPassword ||= password;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), saveAfter);
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** The delivery's id; the draft is made when it is first needed. @returns {Promise<string>} */
  identify() {
    if (this.id) return Promise.resolve(this.id);
    this.making ??= call('POST', '/deliveries', this.content())
      .then((made) => {
        this.id = made.id;
        form.dataset.delivery = made.id;
        form.action = this.address;
        history.replaceState(null, '', this.address);
        return made.id;
      })
      .finally(() => {
        this.making = null;
      });
    return this.making;
  }

  async save() {
    this.saving = this.saving.then(() => this.write());
    await this.saving;
  }

  async write() {
    if (this.isStopped || !this.isUnsaved) return;
    this.isUnsaved = false;
    const password = this.withPassword;
    this.withPassword = false;
    part('saved').textContent = text('saving');
    try {
      const isNew = !this.id;
      const id = await this.identify();
      if (!isNew || password) {
        await call('PATCH', `/deliveries/${id}`, password
          ? { ...this.content(), password: part('password').value } : this.content());
      }
      this.failures = 0;
      if (!this.isUnsaved) part('saved').textContent = text('saved');
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0);
      if (problem.isTemporary) {
        this.isUnsaved = true;
        this.withPassword ||= password;
        this.failures += 1;
        part('saved').textContent = text('notSaved');
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.save(), Math.min(30_000, 1000 * 2 ** this.failures));
      } else {
        part('saved').textContent = problem.words || text('notSaved');
      }
    }
  }

  content() {
    const data = new FormData(form);
    /** @type {Record<string, unknown>} */
    const content = {
      recipients: String(data.get('recipients') ?? ''),
      subject: String(data.get('subject') ?? ''),
      message: String(data.get('message') ?? '').replaceAll('\r\n', '\n'),
      notifiesSender: data.has('notifiesSender'),
      copiesSender: data.has('copiesSender'),
      withholdsMessage: data.has('withholdsMessage'),
      language: String(data.get('language') ?? document.documentElement.lang),
    };
    // There is only a choice for those who are in a group with a mailbox.
    if (data.has('from')) content.from = String(data.get('from'));
    const level = Number(data.get('level'));
    if (Number.isInteger(level) && level > 0) content.level = level;
    const days = Number(data.get('lifetimeDays'));
    if (Number.isInteger(days) && days > 0) content.lifetimeDays = days;
    return content;
  }
}

/** The list of files with their progress, the place to drop more, and the sum. */
class UploadBoard {
  /** @param {UploadQueue} queue */
  constructor(queue) {
    this.queue = queue;
    this.list = part('uploads');
    this.all = part('upload-all');
    this.drop = part('drop');
    /** @type {HTMLInputElement} */
    this.picker = part('file-picker');
    /** @type {Map<import('./upload.js').Upload, UploadRow>} */
    this.rows = new Map();
    this.announced = { at: 0, words: '' };
    this.isDrawing = false;
    this.complaints = element('div', { 'aria-live': 'assertive' });
    this.drop.after(this.complaints);
    this.furnish();
    this.furnishSum();
    queue.addEventListener('change', () => this.soon());
    // Speed and time left go on although nothing happens.
    setInterval(() => {
      if (queue.isBusy) this.soon();
    }, 1_000);
  }

  furnish() {
    part('drop-hint').textContent = text('dropHere');
    // Files go their own way now and not with the form.
    this.picker.hidden = true;
    this.picker.removeAttribute('name');
    part('add-files').remove();
    const folder = element('input', { type: 'file', webkitdirectory: '', 'aria-label': text('chooseFolder') });
    folder.hidden = true;
    const choose = element('button', { type: 'button', class: 'button', id: 'choose-files' }, icon('file'), text('chooseFiles'));
    const chooseFolder = element('button', { type: 'button', class: 'button' }, icon('folder'), text('chooseFolder'));
    this.drop.append(choose, chooseFolder, folder);
    choose.addEventListener('click', () => void this.pick());
    chooseFolder.addEventListener('click', () => folder.click());
    for (const input of [this.picker, folder]) {
      input.addEventListener('change', () => {
        for (const file of input.files ?? []) this.add(file);
        input.value = '';
      });
    }
    watchFiles(this.drop, (file, handle) => this.add(file, handle));
  }

  /** The browser's own picker; where it gives handles, an upload goes on by itself after a reload. */
  async pick() {
    const show = /** @type {any} */ (window).showOpenFilePicker;
    if (!show || navigator.webdriver) {
      this.picker.click();
      return;
    }
    try {
      for (const handle of await show({ multiple: true })) this.add(await handle.getFile(), handle);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.picker.click();
    }
  }

  /** @param {File} file @param {any} [handle] */
  add(file, handle) {
    if (leftovers.has(file.name)) return;
    if (this.queue.reclaim(file, handle)) return;
    const largest = Number(form.dataset.largestFile);
    const total = Number(form.dataset.largestDelivery);
    const most = Number(form.dataset.mostFiles);
    const types = { allowed: entries(form.dataset.allowedTypes), forbidden: entries(form.dataset.forbiddenTypes) };
    if (!allowsFile(types, file.name)) {
      this.complain(text('fileTypeNotAllowed', { name: file.name }));
    } else if (largest && file.size > largest) {
      this.complain(text('fileTooLarge', { name: file.name, most: size(largest) }));
    } else if (total && this.queue.size + file.size > total) {
      this.complain(text('deliveryTooLarge', { name: file.name, most: size(total) }));
    } else if (most && this.queue.uploads.length >= most) {
      this.complain(text('tooManyFiles', { most: number(most) }));
    } else {
      this.complaints.replaceChildren();
      this.queue.add(file, handle?.kind === 'file' ? handle : undefined);
    }
  }

  /** @param {string} words */
  complain(words) {
    this.complaints.replaceChildren(element('p', { class: 'field-error' }, icon('warning'), words));
  }

  /** A file that the server listed when it made the page. @param {HTMLElement} row */
  adopt(row) {
    const { file: id = '', name = '', octets = '0', complete, finding = '' } = row.dataset;
    row.remove();
    if (complete) {
      this.queue.restore(id, name, Number(octets));
      const restored = this.queue.uploads.find((one) => one.id === id);
      if (restored && finding) found.set(restored, finding);
    } else {
      void this.queue.revive(id, name, Number(octets));
    }
  }

  soon() {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.draw();
    });
  }

  draw() {
    for (const [upload, row] of this.rows) {
      if (this.queue.uploads.includes(upload)) continue;
      if (row.element.contains(document.activeElement)) part('choose-files').focus();
      row.element.remove();
      this.rows.delete(upload);
    }
    for (const upload of this.queue.uploads) {
      let row = this.rows.get(upload);
      if (!row) {
        row = new PageUploadRow(
          upload, this.queue,
          (error) => this.complain(error instanceof Problem && error.words ? error.words : text('notRemoved')),
          () => part('file-picker').click());
        this.rows.set(upload, row);
        this.list.append(row.element);
      }
      row.draw();
    }
    this.drawSum();
  }

  furnishSum() {
    this.words = element('span', {});
    this.meter = element('progress', { class: 'meter', max: '100', 'aria-label': text('allFiles') });
    this.pauseAll = element('button', { type: 'button', class: 'button button-small' }, icon('pause'), text('pauseAll'));
    this.resumeAll = element('button', { type: 'button', class: 'button button-small' }, icon('play'), text('resumeAll'));
    this.pauseAll.addEventListener('click', () => this.queue.pauseAll());
    this.resumeAll.addEventListener('click', () => this.queue.resumeAll());
    this.all.append(this.meter, element('div', { class: 'row row-apart' }, this.words,
      element('span', { class: 'row' }, this.pauseAll, this.resumeAll)));
  }

  drawSum() {
    const { queue } = this;
    this.all.hidden = !queue.isIncomplete;
    if (!queue.isIncomplete) {
      if (queue.uploads.length > 0 && this.announced.words) this.announce(text('allThere'), true);
      return;
    }
    const { octets, size: whole, speed, timeLeft } = queue;
    this.meter.value = whole > 0 ? (octets / whole) * 100 : 0;
    const words = [text('ofAll', { done: size(octets), all: size(whole) })];
    if (speed > 0 && queue.isBusy) {
      words.push(text('perSecond', { size: size(speed) }), text('left', { time: duration(timeLeft) }));
    }
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
    part('upload-announce').textContent = words;
  }
}

/** One file in the list. */
class PageUploadRow extends UploadRow {
  /** @param {boolean} [isLocked] */
  draw(isLocked) {
    super.draw(isLocked);
    if (!found.has(this.upload)) return;
    this.note.className = 'upload-note field-error';
  }

  /** @param {number} share @returns {(Node | string)[]} */
  words(share) {
    const { upload } = this;
    const finding = found.get(upload);
    if (finding) return [icon('stop'), finding];
    switch (upload.state) {
      case 'complete': return [icon('check'), text('complete')];
      case 'paused': return [text('paused', { share: number(share) })];
      case 'offline': return [text(upload.problem && upload.problem.status > 0 ? 'serverBusy' : 'offline')];
      case 'missing': return [text(upload.handle ? 'missingHandle' : 'missing', { share: number(share) })];
      case 'failed': return [icon('warning'), upload.problem?.code === 'unreadable' ? text('unreadable')
        : upload.problem?.status === 401 || upload.problem?.status === 403 ? text('signedOut')
          : upload.problem?.words || text('failed')];
      case 'waiting': return [text('waiting')];
      default: return [text('running', { share: number(share), done: size(upload.octets) })];
    }
  }
}

if (form) start();
