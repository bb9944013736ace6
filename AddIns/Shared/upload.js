// @ts-check
/**
 * Uploads files in numbered chunks, several at a time, each with its digest and safe to repeat. A lost connection, a
 * restart of the server and a reload of the page only delay it.
 */
import { address, call, credentials, Problem } from './api.js';
import { contentDigest } from './digest.js';
import { forget, openHandle, recall, remember } from './file-memory.js';

const parallelChunks = 3;
const longestPause = 30_000;
/** A digest that the server finds different is sent again that often. */
const mostDamagedTries = 3;
/** The speed is measured over that many milliseconds. */
const speedSpan = 8_000;

/**
 * waiting: its turn comes · running · paused: by the person · offline: no connection, goes on by itself ·
 * missing: begun in an earlier visit, the file must be chosen again · complete · failed: see `problem`
 * @typedef {'waiting' | 'running' | 'paused' | 'offline' | 'missing' | 'complete' | 'failed'} State
 */

/** One file on its way. */
export class Upload {
  /** @param {string} name @param {number} size @param {File | null} file */
  constructor(name, size, file) {
    this.name = name;
    this.size = size;
    this.file = file;
    /** @type {string} empty until the server knows the file */
    this.id = '';
    /** @type {State} */
    this.state = 'waiting';
    /** @type {Problem | null} */
    this.problem = null;
    /** @type {any} a handle that opens the file again after a reload */
    this.handle = null;
    this.localName = file?.name ?? name;
    this.chunkSize = 0;
    this.chunkCount = 0;
    /** @type {Set<number>} chunks that are durable */
    this.done = new Set();
    /** @type {Map<number, {octets: number, abort: () => void}>} chunks on the wire */
    this.flying = new Map();
    /** Chunks that the server has from an earlier visit; the first is sent again to see that the file is the same. */
    this.needsProof = false;
    this.isAnnouncing = false;
  }

  /** @param {number} index octets of that chunk */
  octetsOf(index) {
    return index < this.chunkCount - 1 ? this.chunkSize : this.size - this.chunkSize * (this.chunkCount - 1);
  }

  /** Octets that have arrived, those on the wire included. */
  get octets() {
    if (this.state === 'complete') return this.size;
    let sum = 0;
    for (const index of this.done) sum += this.octetsOf(index);
    for (const [index, { octets }] of this.flying) if (!this.done.has(index)) sum += octets;
    return Math.min(sum, this.size);
  }

  get isActive() {
    return this.state === 'waiting' || this.state === 'running' || this.state === 'offline';
  }

  /** The next chunk to send, or -1. */
  get nextChunk() {
    if (this.needsProof) return this.flying.size === 0 ? 0 : -1;
    for (let index = 0; index < this.chunkCount; index++) {
      if (!this.done.has(index) && !this.flying.has(index)) return index;
    }
    return -1;
  }
}

/** All uploads of one delivery. Dispatches `change` when anything is different. */
export class UploadQueue extends EventTarget {
  /** @param {() => Promise<string>} delivery gives the delivery's id; makes the draft at the first file */
  constructor(delivery) {
    super();
    this.delivery = delivery;
    /** @type {Upload[]} */
    this.uploads = [];
    this.failures = 0;
    /** No chunk is sent before that time. */
    this.restsUntil = 0;
    /** @type {{at: number, octets: number}[]} */
    this.samples = [];
    this.sent = 0;
    /** @type {number | undefined} */
    this.alarm = undefined;
    addEventListener('online', () => this.wake());
    addEventListener('offline', () => this.changed());
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {File} file @param {any} [handle] @returns {Upload} */
  add(file, handle) {
    const upload = new Upload(file.name, file.size, file);
    upload.handle = handle ?? null;
    this.uploads.push(upload);
    this.changed();
    this.pump();
    return upload;
  }

  /** A file that an earlier visit finished. @param {string} id @param {string} name @param {number} size */
  restore(id, name, size) {
    const upload = new Upload(name, size, null);
    upload.id = id;
    upload.state = 'complete';
    this.uploads.push(upload);
    this.changed();
  }

  /**
   * A file that an earlier visit began. It goes on by itself if the browser kept a handle that we may use.
   * @param {string} id @param {string} name @param {number} size
   */
  async revive(id, name, size) {
    const upload = new Upload(name, size, null);
    upload.id = id;
    upload.state = 'missing';
    this.uploads.push(upload);
    await this.ask(upload);
    // The person may have been faster than the answer.
    if (upload.file && upload.isActive) upload.needsProof = upload.done.has(0);
    const known = await recall(id);
    if (known) {
      upload.localName = known.name;
      upload.handle = known.handle ?? null;
      if (known.handle) {
        const file = await openHandle(known.handle, false);
        if (file) this.reunite(upload, file);
      }
    }
    this.changed();
    this.pump();
    return upload;
  }

  /**
   * Gives a file back to the upload that lost it, if one is waiting for just this file.
   * @param {File} file @param {any} [handle] @returns {boolean}
   */
  reclaim(file, handle) {
    const lost = this.uploads.find(
      (one) => one.state === 'missing' && one.size === file.size
        && (one.localName === file.name || one.name === file.name));
    if (!lost) return false;
    if (handle) lost.handle = handle;
    this.reunite(lost, file);
    return true;
  }

  /** @param {Upload} upload @param {File} file */
  reunite(upload, file) {
    if (file.size !== upload.size || upload.state !== 'missing') return;
    upload.file = file;
    upload.needsProof = upload.done.has(0);
    upload.state = 'waiting';
    void remember(upload.id, file, upload.handle);
    this.changed();
    this.pump();
  }

  /** Opens a kept handle; the browser asks the person. @param {Upload} upload */
  async reopen(upload) {
    const file = upload.handle ? await openHandle(upload.handle, true) : null;
    if (file) this.reunite(upload, file);
    return file !== null;
  }

  /** @param {Upload} upload */
  pause(upload) {
    if (!upload.isActive) return;
    upload.state = 'paused';
    this.ground(upload);
    this.changed();
    this.pump();
  }

  /** @param {Upload} upload */
  resume(upload) {
    if (upload.state !== 'paused' && upload.state !== 'failed') return;
    upload.problem = null;
    upload.state = upload.file ? 'waiting' : 'missing';
    this.wake();
  }

  pauseAll() {
    for (const upload of this.uploads) this.pause(upload);
  }

  resumeAll() {
    for (const upload of this.uploads) if (upload.state === 'paused') this.resume(upload);
  }

  /** Takes the file out of the delivery. @param {Upload} upload */
  async remove(upload) {
    const was = upload.state;
    this.ground(upload);
    upload.state = 'paused';
    if (upload.id) {
      try {
        await call('DELETE', `/files/${upload.id}`);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 404) {
          upload.state = was;
          this.pump();
          this.changed();
          throw error;
        }
      }
      void forget(upload.id);
    }
    this.uploads = this.uploads.filter((one) => one !== upload);
    this.changed();
    this.pump();
  }

  /** Takes chunks off the wire. @param {Upload} upload */
  ground(upload) {
    for (const { abort } of upload.flying.values()) abort();
    upload.flying.clear();
  }

  /** Goes on at once. */
  wake() {
    this.failures = 0;
    this.restsUntil = 0;
    for (const upload of this.uploads) if (upload.state === 'offline') upload.state = 'waiting';
    this.changed();
    this.pump();
  }

  get isBusy() {
    return this.uploads.some((one) => one.isActive);
  }

  get isIncomplete() {
    return this.uploads.some((one) => one.state !== 'complete');
  }

  get octets() {
    return this.uploads.reduce((sum, one) => sum + one.octets, 0);
  }

  get size() {
    return this.uploads.reduce((sum, one) => sum + one.size, 0);
  }

  /** Octets a second of late; 0 if not known. */
  get speed() {
    const now = performance.now();
    const first = this.samples.find((one) => now - one.at < speedSpan);
    const last = this.samples.at(-1);
    if (!first || !last || now - first.at < 1_500) return 0;
    return Math.max(0, ((last.octets - first.octets) * 1000) / (now - first.at));
  }

  /** Seconds until all is there; 0 if not known. */
  get timeLeft() {
    const speed = this.speed;
    return speed > 0 ? (this.size - this.octets) / speed : 0;
  }

  /** @param {number} octets */
  measure(octets) {
    this.sent += octets;
    const now = performance.now();
    const last = this.samples.at(-1);
    if (!last || now - last.at > 250) this.samples.push({ at: now, octets: this.sent });
    while (this.samples.length > 2 && now - this.samples[0].at > speedSpan * 2) this.samples.shift();
  }

  /** Fills the wire. */
  pump() {
    const now = Date.now();
    if (now < this.restsUntil) {
      clearTimeout(this.alarm);
      this.alarm = setTimeout(() => this.pump(), this.restsUntil - now + 10);
      return;
    }
    let flying = this.uploads.reduce((sum, one) => sum + one.flying.size + (one.isAnnouncing ? 1 : 0), 0);
    for (const upload of this.uploads) {
      if (!upload.isActive || !upload.file) continue;
      if (upload.state === 'offline') upload.state = 'waiting';
      if (!upload.id) {
        // One after the other: the server lists files in the order in which it hears of them.
        if (flying >= parallelChunks || this.uploads.some((one) => one.isAnnouncing)) continue;
        flying += 1;
        void this.announce(upload);
        continue;
      }
      // Before the server has said what is there already, nothing is sent.
      while (flying < parallelChunks && upload.chunkCount > 0) {
        const index = upload.nextChunk;
        if (index < 0) break;
        flying += 1;
        upload.state = 'running';
        void this.send(upload, index);
      }
      if (flying >= parallelChunks) return;
    }
  }

  /** Tells the server of a new file. @param {Upload} upload */
  async announce(upload) {
    upload.isAnnouncing = true;
    try {
      const delivery = await this.delivery();
      if (!this.uploads.includes(upload)) return;
      const made = await call('POST', `/deliveries/${delivery}/files`, {
        name: upload.name,
        size: upload.size,
        mediaType: upload.file?.type || 'application/octet-stream',
      });
      upload.id = made.id;
      upload.name = made.name ?? upload.name;
      upload.chunkSize = made.chunkSize;
      upload.chunkCount = made.chunkCount;
      if (!this.uploads.includes(upload)) {
        // Taken out while the answer was under way.
        await call('DELETE', `/files/${upload.id}`).catch(() => {});
        return;
      }
      this.failures = 0;
      if (upload.file) void remember(upload.id, upload.file, upload.handle);
    } catch (error) {
      this.trouble(upload, error);
    } finally {
      upload.isAnnouncing = false;
      this.changed();
      this.pump();
    }
  }

  /** What of a file is there already. @param {Upload} upload */
  async ask(upload) {
    try {
      const status = await call('GET', `/files/${upload.id}`);
      upload.chunkSize = status.chunkSize;
      upload.chunkCount = status.chunkCount;
      upload.done = new Set();
      for (const { from, to } of status.received) for (let index = from; index < to; index++) upload.done.add(index);
      if (status.complete) upload.state = 'complete';
    } catch (error) {
      if (error instanceof Problem && !error.isTemporary) {
        upload.state = 'failed';
        upload.problem = error;
        return;
      }
      await new Promise((done) => setTimeout(done, 3_000));
      await this.ask(upload);
    }
  }

  /** One chunk. @param {Upload} upload @param {number} index */
  async send(upload, index) {
    const flight = { octets: 0, abort: () => {} };
    let isGrounded = false;
    flight.abort = () => {
      isGrounded = true;
    };
    upload.flying.set(index, flight);
    try {
      const octets = await readChunk(upload, index);
      for (let tries = 1; ; tries++) {
        const digest = await contentDigest(octets);
        if (isGrounded) return;
        try {
          const receipt = await put(
            upload.id, index, octets, digest, flight, (more) => this.measure(more), () => this.changed());
          upload.needsProof = false;
          upload.problem = null;
          upload.done.add(index);
          this.failures = 0;
          if (receipt.fileComplete || upload.done.size === upload.chunkCount) this.complete(upload);
          break;
        } catch (error) {
          const isDamaged = error instanceof Problem && error.code === 'checksum-mismatch';
          if (!isDamaged || tries >= mostDamagedTries) throw error;
        }
      }
    } catch (error) {
      if (!isGrounded) this.trouble(upload, error);
    } finally {
      if (upload.flying.get(index) === flight) upload.flying.delete(index);
      this.changed();
      this.pump();
    }
  }

  /** @param {Upload} upload */
  complete(upload) {
    upload.state = 'complete';
    upload.file = null;
    void forget(upload.id);
  }

  /** What passes is waited for; what does not is shown. @param {Upload} upload @param {unknown} error */
  trouble(upload, error) {
    const problem = error instanceof Problem ? error : new Problem(-1, { code: 'unreadable' });
    if (!problem.isTemporary) {
      this.ground(upload);
      upload.state = 'failed';
      upload.problem = problem;
      return;
    }
    this.failures += 1;
    const pause = problem.retryAfter > 0
      ? problem.retryAfter * 1000
      : Math.min(longestPause, 500 * 2 ** this.failures) * (0.5 + Math.random() / 2);
    this.restsUntil = Math.max(this.restsUntil, Date.now() + pause);
    this.samples = [];
    for (const one of this.uploads) if (one.isActive && one.file) {
      one.state = 'offline';
      one.problem = problem;
    }
    this.pump();
  }
}

/** @param {Upload} upload @param {number} index @returns {Promise<ArrayBuffer>} */
async function readChunk(upload, index) {
  const from = index * upload.chunkSize;
  if (!upload.file) throw new Problem(-1, { code: 'unreadable' });
  try {
    const octets = await upload.file.slice(from, from + upload.octetsOf(index)).arrayBuffer();
    if (octets.byteLength === upload.octetsOf(index)) return octets;
  } catch {
    // Told below: moved, changed or on a medium that is gone.
  }
  throw new Problem(-1, { code: 'unreadable' });
}

/**
 * @param {string} file
 * @param {number} index
 * @param {ArrayBuffer} octets
 * @param {string} digest
 * @param {{octets: number, abort: () => void}} flight
 * @param {(more: number) => void} measure
 * @param {() => void} changed
 * @returns {Promise<{fileComplete: boolean}>}
 */
function put(file, index, octets, digest, flight, measure, changed) {
  return new Promise((done, failed) => {
    // XMLHttpRequest, because fetch does not tell how much of a body is on its way.
    const request = new XMLHttpRequest();
    request.open('PUT', address(`/files/${file}/chunks/${index}`));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Content-Digest', digest);
    for (const [name, value] of Object.entries(credentials())) request.setRequestHeader(name, value);
    request.setRequestHeader('Accept', 'application/json');
    request.timeout = 300_000;
    let told = 0;
    request.upload.onprogress = (event) => {
      measure(event.loaded - told);
      told = event.loaded;
      flight.octets = Math.min(event.loaded, octets.byteLength);
      changed();
    };
    const grounded = flight.abort;
    flight.abort = () => {
      grounded();
      request.abort();
    };
    request.onabort = request.onerror = request.ontimeout = () => failed(new Problem(0));
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // An answer of a proxy, perhaps; the status says enough.
      }
      if (request.status >= 200 && request.status < 300) done(/** @type {any} */ (answer));
      else {
        const after = Number(request.getResponseHeader('Retry-After'));
        failed(new Problem(request.status, { retryAfter: Number.isFinite(after) ? after : 0, ...answer }));
      }
    };
    request.send(octets);
  });
}
