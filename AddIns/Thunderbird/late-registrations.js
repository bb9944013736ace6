// @ts-check
/**
 * Recipients of mails that were sent although the server did not answer. They are kept until it does, over restarts of
 * the mail program too.
 */
import { Problem, call } from './api.js';
import { openInstallation } from './installation.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** @typedef {{links: string[], recipients: string[], subject: string, at?: number}} LateRegistration */

/** The server is asked again after so many milliseconds, and each time after twice as many. */
const firstPause = 2_000;
const longestPause = 120_000;
/** After that long a link has run out, or nobody is signed in any more. */
const longest = 90 * 86_400_000;

let pause = firstPause;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let alarm;
/** @type {Promise<void>} */
let working = Promise.resolve();

/** @returns {Promise<LateRegistration[]>} */
async function waiting() {
  return (await messenger.storage.local.get('registrations')).registrations ?? [];
}

/** @param {LateRegistration} registration */
export async function rememberRegistration(registration) {
  working = working.then(async () => {
    await messenger.storage.local.set({ registrations: [...(await waiting()), { ...registration, at: Date.now() }] });
  });
  await working;
  pause = firstPause;
  comeBack();
}

/** Tries again later. */
function comeBack() {
  clearTimeout(alarm);
  alarm = setTimeout(() => void catchUp(), pause);
  pause = Math.min(pause * 2, longestPause);
}

/** Registers what waits, as far as the server answers. */
export function catchUp() {
  working = working.then(register).catch((error) => console.error(error));
  return working;
}

async function register() {
  const all = await waiting();
  if (all.length === 0) return;
  const { token } = await openInstallation();
  /** @type {LateRegistration[]} */
  const left = [];
  for (const one of all) {
    if (Date.now() - (one.at ?? 0) > longest) continue;
    if (!token || !(await isRegistered(one))) left.push(one);
  }
  await messenger.storage.local.set({ registrations: left });
  if (left.length > 0) comeBack();
}

/** @param {LateRegistration} one @returns {Promise<boolean>} false: once more later */
async function isRegistered({ links, recipients, subject }) {
  try {
    const { items } = await call('POST', '/add-in/links', { links });
    for (const item of items) {
      await call('POST', `/deliveries/${item.delivery}/registration`, { recipients, ...(subject ? { subject } : {}) });
    }
    return true;
  } catch (error) {
    // What the server refuses will be refused again.
    return error instanceof Problem && !error.isTemporary && error.status !== 401;
  }
}

/** Whenever the connection is back, and now. */
export function watchConnection() {
  addEventListener('online', () => void catchUp());
  void catchUp();
}
