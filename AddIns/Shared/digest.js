// @ts-check
/** The digest of a chunk: by the browser where it lets us, else by our own script in a worker. */

/** @type {Worker | null} */
let worker = null;
let count = 0;
/** @type {Map<number, {done: (digest: Uint8Array) => void, failed: (error: Error) => void}>} */
const waiting = new Map();

/** @returns {Worker} */
function hasher() {
  if (worker) return worker;
  worker = new Worker(new URL('./sha256-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = (event) => {
    waiting.get(event.data.id)?.done(event.data.digest);
    waiting.delete(event.data.id);
  };
  worker.onerror = () => {
    for (const { failed } of waiting.values()) failed(new Error('worker'));
    waiting.clear();
    worker = null;
  };
  return worker;
}

/**
 * @param {ArrayBuffer} octets
 * @returns {Promise<Uint8Array>}
 */
async function digest(octets) {
  if (globalThis.crypto?.subtle) return new Uint8Array(await crypto.subtle.digest('SHA-256', octets));
  return new Promise((done, failed) => {
    const id = (count += 1);
    waiting.set(id, { done, failed });
    hasher().postMessage({ id, octets });
  });
}

/**
 * The value of a Content-Digest field (RFC 9530, 2).
 * @param {ArrayBuffer} octets
 */
export async function contentDigest(octets) {
  const bytes = await digest(octets);
  return `sha-256=:${btoa(String.fromCharCode(...bytes))}:`;
}
