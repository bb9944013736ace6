// @ts-check
/** Looks whether the virus scanner found something in the files of a draft, so that nobody has to press "send" to learn it. */
import { call } from './api.js';
import { text } from './texts.js';

const first = 1_500;
const longest = 30_000;

/** What was found in which upload, in words. @type {WeakMap<import('./upload.js').Upload, string>} */
export const found = new WeakMap();

/** Asks from time to time while files wait for the scanner; each time that nothing is new, it waits longer. */
export class Finds {
  /**
   * @param {() => string} draft the id of the draft; empty until it is made
   * @param {import('./upload.js').UploadQueue} queue
   * @param {() => void} changed called when something was found
   */
  constructor(draft, queue, changed) {
    this.draft = draft;
    this.queue = queue;
    this.changed = changed;
    /** Files that the scanner is done with. @type {Set<string>} */
    this.done = new Set();
    this.pause = first;
    /** @type {number | undefined} */
    this.timer = undefined;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.watch();
    });
  }

  get waits() {
    return this.queue.uploads.some((one) => one.state === 'complete' && one.id && !this.done.has(one.id));
  }

  /** Something changed: a file may be complete now. */
  watch() {
    if (this.timer !== undefined || !this.waits || document.hidden) return;
    this.timer = setTimeout(() => void this.look(), this.pause);
  }

  async look() {
    const before = this.done.size;
    try {
      const { files } = await call('GET', `/deliveries/${this.draft()}`);
      for (const file of files) this.judge(file);
    } catch {
      // The page says itself when the server cannot be reached; sending says what was found in any case.
    }
    this.pause = this.done.size > before ? first : Math.min(longest, this.pause * 2);
    this.timer = undefined;
    this.watch();
  }

  /** @param {{id: string, complete: boolean, scan: {state: string, finding?: string}}} file */
  judge(file) {
    if (!file.complete || file.scan.state === 'waiting' || file.scan.state === 'unreached') return;
    this.done.add(file.id);
    const upload = this.queue.uploads.find((one) => one.id === file.id);
    if (!upload || file.scan.state !== 'found') return;
    found.set(upload, text('infected', { finding: file.scan.finding ?? '' }));
    this.changed();
  }
}
