// @ts-check
/** The delivery that the files of a mail go into by FileLink. */
import { call, Problem } from './api.js';
import { accountChoice } from './installation.js';
import { deliveryOf, rememberDelivery } from './mail-deliveries.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** Where each compose tab's draft is being found or made. @type {Map<number, Promise<any>>} */
const turns = new Map();

/** What a FileLink account delivers with, where the person has not chosen otherwise. @param {{id: string}} account */
export async function optionsOf(account) {
  const offer = await call('GET', '/add-in');
  const choice = await accountChoice(account.id);
  const level = offer.levels.includes(choice.level) ? choice.level : offer.defaults.level;
  const lifetimeDays = Math.min(choice.lifetimeDays ?? offer.defaults.lifetimeDays, offer.limits.lifetimeDays);
  return { level, lifetimeDays, organisation: offer.organisation };
}

/**
 * The draft that the files of a mail go into, one for all that come at once. What was sent is closed: a mail that is
 * edited as new gets another one.
 * @param {number} tab
 * @param {string} url
 * @param {{level: number, lifetimeDays: number}} options
 * @returns {Promise<any>}
 */
export function draftOf(tab, url, options) {
  const turn = (turns.get(tab) ?? Promise.resolve()).catch(() => {}).then(() => findOrMake(tab, url, options));
  turns.set(tab, turn);
  return turn;
}

/** @param {number} tab */
export function forgetTurns(tab) {
  turns.delete(tab);
}

/** @param {number} tab @param {string} url @param {{level: number, lifetimeDays: number}} options */
async function findOrMake(tab, url, { level, lifetimeDays }) {
  const known = await deliveryOf(tab, url);
  const found = known ? await call('GET', `/deliveries/${known}`).catch((error) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }) : null;
  if (found?.state === 'draft') {
    // Two accounts in one mail: the stricter level holds.
    return found.level < level ? call('PATCH', `/deliveries/${found.id}`, { level }) : found;
  }
  const { subject } = await messenger.compose.getComposeDetails(tab);
  const made = await call('POST', '/deliveries', { path: 'addIn', level, lifetimeDays, ...(subject ? { subject } : {}) });
  rememberDelivery(tab, made.id);
  return made;
}
