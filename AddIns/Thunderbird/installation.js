// @ts-check
/** Which server this extension works with, and what it keeps: the token, the levels of FileLink accounts, the policy. */
import { connect } from './api.js';
import { speak } from './texts.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/**
 * @typedef {object} Installation
 * @property {string} url without a slash at the end; empty while nobody has named the server
 * @property {boolean} isFixed whether the server built its address into this extension
 * @property {string} organisation
 * @property {string} token empty: nobody is signed in
 */

/** @type {Promise<{url: string | null, organisation: string}> | null} */
let built = null;

/** What was built in. */
function builtIn() {
  built ??= fetch('installation.json').then((answer) => answer.json());
  return built;
}

/** The languages that there are words for. */
const languages = ['de', 'en'];

/** The language of the mail program, or English. */
export function language() {
  const wanted = String(messenger.i18n.getUILanguage()).slice(0, 2).toLowerCase();
  return languages.includes(wanted) ? wanted : 'en';
}

/** Makes this page speak the language of the mail program. */
export async function learnWords() {
  const name = language();
  speak(name, await (await fetch(`texts-${name}.json`)).json());
  if (globalThis.document) document.documentElement.lang = name;
}

/**
 * Reads what is kept, and makes this page's calls go to the server.
 * @returns {Promise<Installation>}
 */
export async function openInstallation() {
  const [fixed, kept] = await Promise.all([builtIn(), messenger.storage.local.get(['url', 'token'])]);
  const url = fixed.url || kept.url || '';
  const token = kept.token || '';
  connect({ base: `${url}/api/v1`, token });
  return { url, isFixed: Boolean(fixed.url), organisation: fixed.organisation || '', token };
}

/** @param {string} token empty to sign out */
export async function keepToken(token) {
  await messenger.storage.local.set({ token });
  await openInstallation();
}

/** The server of an extension that was built for none; whoever was signed in elsewhere is not here. @param {string} url */
export async function keepServer(url) {
  await messenger.storage.local.set({ url, token: '', policy: null });
  await openInstallation();
}

/**
 * The policy for ordinary attachments, as it was when the server was last asked.
 * @returns {Promise<import('./policy.js').AttachmentPolicy | null>}
 */
export async function knownPolicy() {
  return (await messenger.storage.local.get('policy')).policy ?? null;
}

/** @param {import('./policy.js').AttachmentPolicy} policy */
export async function keepPolicy(policy) {
  await messenger.storage.local.set({ policy });
}

/**
 * How a FileLink account delivers; what the person has not chosen is left to the server.
 * @param {string} account
 * @returns {Promise<{level?: number, lifetimeDays?: number}>}
 */
export async function accountChoice(account) {
  return (await messenger.storage.local.get(`account-${account}`))[`account-${account}`] ?? {};
}

/** @param {string} account @param {{level: number, lifetimeDays: number} | null} choice */
export async function keepAccountChoice(account, choice) {
  const key = `account-${account}`;
  await (choice ? messenger.storage.local.set({ [key]: choice }) : messenger.storage.local.remove(key));
}
