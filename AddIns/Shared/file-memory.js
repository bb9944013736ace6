// @ts-check
/**
 * What a browser remembers of files that are on their way, so that an upload can go on after a reload: the local name,
 * and where the browser offers it a handle that opens the file again. Every function works without; none ever fails.
 */

/**
 * @typedef {object} Remembered
 * @property {string} id the upload
 * @property {string} name the local name
 * @property {number} size
 * @property {number} modified
 * @property {any} [handle]
 * @property {number} at when it was remembered, milliseconds
 */

const keepFor = 14 * 24 * 3600 * 1000;

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((done, failed) => {
    const request = indexedDB.open('depesche-uploads', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('files', { keyPath: 'id' });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/**
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} work
 * @returns {Promise<Result | undefined>}
 */
async function run(mode, work) {
  try {
    const database = await open();
    try {
      return await new Promise((done, failed) => {
        const request = work(database.transaction('files', mode).objectStore('files'));
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

/** @param {string} id @param {File} file @param {any} [handle] */
export async function remember(id, file, handle) {
  const record = { id, name: file.name, size: file.size, modified: file.lastModified, at: Date.now() };
  await run('readwrite', (store) => store.put(handle ? { ...record, handle } : record));
}

/** @param {string} id @returns {Promise<Remembered | undefined>} */
export function recall(id) {
  return run('readonly', (store) => store.get(id));
}

/** @param {string} id */
export async function forget(id) {
  await run('readwrite', (store) => store.delete(id));
}

/** Forgets what is too old to be of use. */
export async function tidy() {
  /** @type {Remembered[]} */
  const all = (await run('readonly', (store) => store.getAll())) ?? [];
  for (const record of all) if (Date.now() - record.at > keepFor) await forget(record.id);
}

/**
 * The file behind a handle, if the browser lets us read it.
 * @param {any} handle
 * @param {boolean} asks whether the person may be asked (only after a click)
 * @returns {Promise<File | null>}
 */
export async function openHandle(handle, asks) {
  try {
    let state = await handle.queryPermission({ mode: 'read' });
    if (state === 'prompt' && asks) state = await handle.requestPermission({ mode: 'read' });
    return state === 'granted' ? await handle.getFile() : null;
  } catch {
    return null;
  }
}
