// @ts-check
/**
 * Thunderbird's FileLink: large attachments go to Depesche, and Thunderbird lists them in the mail. All files of a mail
 * belong to one delivery and so to one link.
 */
import { call, Problem } from './api.js';
import { draftOf, forgetTurns, optionsOf } from './filelink-draft.js';
import { knownFilelinkFiles, rememberFilelinkFile } from './filelink-files.js';
import { openInstallation } from './installation.js';
import { deliveryOf, rememberDelivery } from './mail-deliveries.js';
import { problemWords } from './problem-words.js';
import { text } from './texts.js';
import { UploadQueue } from './upload.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** So long an upload waits for a connection that was lost, in milliseconds. */
const patience = 120_000;

/** What the person sees as an error. */
class FilelinkProblem extends Error {}

/** The person cancelled. */
class Cancelled extends Error {}

/**
 * One file that FileLink gave us, by FileLink account and its number there.
 * @typedef {object} Handed
 * @property {number} tab
 * @property {string} name
 * @property {number} size
 * @property {UploadQueue | null} queue
 * @property {import('./upload.js').Upload | null} upload
 * @property {string} delivery
 * @property {string} file the server's id, once it is there
 * @property {string} url what the mail says; empty until the file is there
 * @property {boolean} isCancelled
 * @property {boolean} isLeft its mail was closed; what has arrived of it is kept
 * @property {() => void} cancelled called when it is
 */

/** @type {Map<string, Handed>} */
const handed = new Map();
/** The uploads of each delivery. @type {Map<string, UploadQueue>} */
const queues = new Map();

/** @param {{id: string}} account @param {number} id */
function keyOf(account, id) {
  return `${account.id}/${id}`;
}

/** Shows on the button of the mail how far the uploads are. @param {number} tab @param {UploadQueue} queue */
function showProgress(tab, queue) {
  const share = queue.isBusy && queue.size > 0 ? `${Math.floor((queue.octets * 100) / queue.size)}%` : '';
  void messenger.composeAction.setBadgeText({ tabId: tab, text: share }).catch(() => {});
}

/** Until the file is there. @param {Handed} one @returns {Promise<void>} */
function completion(one) {
  const { queue, upload } = one;
  if (!queue || !upload) return Promise.reject(new Error('no upload'));
  return new Promise((done, failed) => {
    let isOver = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let alarm;
    const end = (/** @type {Error | null} */ error) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(alarm);
      queue.removeEventListener('change', look);
      error ? failed(error) : done();
    };
    const look = () => {
      showProgress(one.tab, queue);
      if (upload.id) one.file = upload.id;
      if (upload.state === 'complete') return end(null);
      if (upload.state === 'failed') return end(upload.problem ?? new Problem(-1));
      if (upload.state !== 'offline') {
        clearTimeout(alarm);
        alarm = undefined;
      } else alarm ??= setTimeout(() => end(upload.problem ?? new Problem(0)), patience);
    };
    one.cancelled = () => end(new Cancelled());
    queue.addEventListener('change', look);
    look();
  });
}

/** @param {Handed} one */
function checkGoingOn(one) {
  if (one.isCancelled) throw new Cancelled();
}

/**
 * @param {any} account
 * @param {{id: number, name: string, data: File}} file
 * @param {{id: number} | null} tab
 * @returns {Promise<Record<string, unknown>>}
 */
async function upload(account, file, tab) {
  /** @type {Handed} */
  const one = {
    tab: tab?.id ?? -1, name: file.name, size: file.data.size, queue: null, upload: null, delivery: '', file: '', url: '',
    isCancelled: false, isLeft: false, cancelled: () => {},
  };
  handed.set(keyOf(account, file.id), one);
  try {
    if (!tab) throw new FilelinkProblem(text('tb.filelink.noMail'));
    const { url, token } = await openInstallation();
    if (!url || !token) throw new FilelinkProblem(text('tb.filelink.signIn'));
    const options = await optionsOf(account);
    const delivery = await draftOf(one.tab, url, options);
    checkGoingOn(one);
    one.delivery = delivery.id;
    one.queue = queues.get(delivery.id) ?? new UploadQueue(() => Promise.resolve(delivery.id));
    queues.set(delivery.id, one.queue);
    one.upload = one.queue.add(new File([file.data], file.name, { type: file.data.type }));
    await completion(one);
    const inserted = await call('POST', `/deliveries/${delivery.id}/insertion`, { reportsSending: true });
    checkGoingOn(one);
    // Thunderbird tells the files of a mail apart by their addresses; the page of the link is the same.
    one.url = `${inserted.link}?file=${one.file}`;
    await rememberFilelinkFile(one.file);
    return { url: one.url, templateInfo: templateInfo(delivery, options) };
  } catch (error) {
    handed.delete(keyOf(account, file.id));
    if (one.queue && one.upload && !one.isLeft) await one.queue.remove(one.upload).catch(() => {});
    if (error instanceof Cancelled || one.isCancelled) return { aborted: true };
    return { error: wordsFor(error) };
  } finally {
    if (one.queue) showProgress(one.tab, one.queue);
  }
}

/** @param {unknown} error */
function wordsFor(error) {
  if (error instanceof FilelinkProblem) return error.message;
  if (!(error instanceof Problem)) return problemWords(error);
  if (error.status === 401) return text('tb.filelink.signIn');
  return error.isTemporary ? text('tb.filelink.unreachable') : problemWords(error);
}

/**
 * What Thunderbird writes into the mail beside a file.
 * @param {{level: number}} delivery @param {{lifetimeDays: number}} options
 */
function templateInfo(delivery, options) {
  return {
    service_icon: 'service-icon.png',
    service_name: text(`tb.service.${delivery.level}`),
    download_expiry_date: {
      timestamp: Date.now() + options.lifetimeDays * 86_400_000,
      format: { day: 'numeric', month: 'long', year: 'numeric' },
    },
  };
}

/** @param {any} account @param {number} id */
async function cancel(account, id) {
  const one = handed.get(keyOf(account, id));
  if (!one) return;
  one.isCancelled = true;
  one.cancelled();
}

/**
 * Stops uploads whose attachment was removed from the mail in the meantime: Thunderbird says so for those only that are
 * there already.
 * @param {{id: number}} tab
 */
async function cancelRemoved(tab) {
  const left = await messenger.compose.listAttachments(tab.id);
  for (const one of handed.values()) {
    if (one.tab !== tab.id || one.upload?.state === 'complete') continue;
    const place = left.findIndex(({ name, size }) => name === one.name && size === one.size);
    if (place >= 0) {
      left.splice(place, 1);
      continue;
    }
    one.isCancelled = true;
    one.cancelled();
  }
}

/**
 * Takes files out of the delivery that the mail no longer lists. Of an attachment that was removed from a draft after it
 * was opened again Thunderbird does not tell; it must not stay with the readers all the same.
 * @param {{id: number}} tab
 */
async function dropUnlisted(tab) {
  const { url, token } = await openInstallation();
  const delivery = token ? await deliveryOf(tab.id, url) : '';
  if (!delivery) return;
  const found = await call('GET', `/deliveries/${delivery}`);
  if (found.state !== 'draft') return;
  const known = await knownFilelinkFiles();
  const { body } = await messenger.compose.getComposeDetails(tab.id);
  for (const { id, complete } of found.files) {
    if (complete && known.has(id) && !body.includes(`?file=${id}`)) {
      await call('DELETE', `/files/${id}`);
      queues.delete(delivery);
    }
  }
}

/**
 * What FileLink holds of a mail, as far as it was attached in this window.
 * @param {number} tab
 * @returns {{name: string, size: number, url: string}[]}
 */
export function heldFor(tab) {
  return [...handed.values()].filter((one) => one.tab === tab && one.url !== '');
}

/** An attachment was removed, or made an ordinary one. @param {any} account @param {number} id */
async function remove(account, id) {
  const one = handed.get(keyOf(account, id));
  if (!one?.file) return;
  handed.delete(keyOf(account, id));
  await openInstallation();
  const queue = queues.get(one.delivery);
  if (queue && one.upload && queue.uploads.includes(one.upload)) await queue.remove(one.upload);
  else await call('DELETE', `/files/${one.file}`);
  const left = await call('GET', `/deliveries/${one.delivery}`);
  if (left.state !== 'draft' || left.files.length > 0) return;
  await call('DELETE', `/deliveries/${one.delivery}`);
  queues.delete(one.delivery);
  rememberDelivery(one.tab, '');
}

/** Offers FileLink accounts in compose windows as soon as somebody is signed in. */
export async function offerAccounts() {
  const { url, token } = await openInstallation();
  for (const account of await messenger.cloudFile.getAllAccounts()) {
    if (url && token && !account.configured) await messenger.cloudFile.updateAccount(account.id, { configured: true });
  }
  if (!url || !token) return;
  const offer = await call('GET', '/add-in').catch(() => null);
  if (!offer?.limits?.fileSize) return;
  for (const account of await messenger.cloudFile.getAllAccounts()) {
    await messenger.cloudFile.updateAccount(account.id, { uploadSizeLimit: offer.limits.fileSize });
  }
}

/** A compose window is closed: what is still on its way stops; the delivery stays a draft. @param {number} tab */
export function stopUploads(tab) {
  for (const one of handed.values()) {
    if (one.tab !== tab || !one.upload || one.upload.state === 'complete') continue;
    one.isCancelled = one.isLeft = true;
    one.queue?.pause(one.upload);
    one.cancelled();
  }
  forgetTurns(tab);
}

/** Listens to Thunderbird. */
export function provideFilelink() {
  messenger.cloudFile.onFileUpload.addListener(upload);
  messenger.cloudFile.onFileUploadAbort.addListener(cancel);
  messenger.cloudFile.onFileDeleted.addListener((account, id) => remove(account, id).catch(() => {}));
  messenger.compose.onAttachmentRemoved.addListener(
    (tab) => cancelRemoved(tab).then(() => dropUnlisted(tab)).catch(() => {}));
  messenger.cloudFile.onAccountAdded.addListener(() => offerAccounts());
}
