// @ts-check
/** Which files of deliveries came by FileLink: what the mail no longer lists of them is taken out again. */

const messenger = /** @type {any} */ (globalThis).messenger;

/** A draft is seldom older, in milliseconds. */
const keepFor = 90 * 86_400_000;

/** @returns {Promise<Record<string, number>>} when each was transferred, by the server's id */
async function kept() {
  return (await messenger.storage.local.get('files')).files ?? {};
}

/** @type {Promise<void>} */
let turn = Promise.resolve();

/** @param {string} id */
export function rememberFilelinkFile(id) {
  turn = turn.then(async () => {
    const now = Date.now();
    const young = Object.entries(await kept()).filter(([, at]) => now - at < keepFor);
    await messenger.storage.local.set({ files: { ...Object.fromEntries(young), [id]: now } });
  });
  return turn;
}

/** The server's ids. */
export async function knownFilelinkFiles() {
  return new Set(Object.keys(await kept()));
}
