// @ts-check
/** Office.js as promises: which calls this Outlook knows, and what its errors mean. */
import { HostProblem } from './mail-host.js';

/** @param {string} version of the requirement set Mailbox */
export function knows(version) {
  return Office.context.requirements.isSetSupported('Mailbox', version);
}

/** The names and numbers under which Outlook reports what we can explain. @type {Record<string, HostProblem['code']>} */
const meanings = {
  DataExceedsMaximumSize: 'too-long', InvalidFormatError: 'plain-text', AttachmentTypeNotSupported: 'attachment-type',
  InvalidAttachmentId: 'attachment-gone', 9021: 'offline', 9041: 'offline', 9043: 'attachment-type', 9057: 'not-kept',
  12004: 'no-page', 12005: 'no-page', 12007: 'no-page', 12009: 'no-page', 12011: 'no-page',
};

/** @param {any} error as Office.js reports it @returns {HostProblem} */
export function meaning(error) {
  const code = meanings[error?.name] ?? meanings[error?.code] ?? 'failed';
  return new HostProblem(code, String(error?.message ?? error ?? ''));
}

/** The mail that is being written. @returns {any} */
export function item() {
  const { item } = Office.context.mailbox;
  // A pane outlives its mail for a moment, and a pinned one for longer.
  if (!item) throw new HostProblem('closed');
  return item;
}

/** Outlook on the web allows so many calls at a time. */
const mostAtOnce = 3;
let running = 0;
/** @type {(() => void)[]} */
const waiting = [];

/**
 * One call with a callback, when its turn comes.
 * @param {(done: (result: any) => void) => void} work
 * @returns {Promise<any>}
 */
export async function answer(work) {
  if (running >= mostAtOnce) await new Promise((turn) => waiting.push(() => turn(undefined)));
  running += 1;
  try {
    return await new Promise((done, failed) => {
      work((result) => {
        if (result.status === Office.AsyncResultStatus.Succeeded) done(result.value);
        else failed(meaning(result.error));
      });
    });
  } catch (error) {
    throw error instanceof HostProblem ? error : meaning(error);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
