// @ts-check
/** Windows that say something and may ask: opened by the background, filled and answered by notice.html. */

const messenger = /** @type {any} */ (globalThis).messenger;

/**
 * @typedef {object} Notice
 * @property {string} title
 * @property {string} message
 * @property {string} [hint] what happens if it is sent all the same
 * @property {string} [subject] of the mail that it is about
 * @property {boolean} [canSend] whether the mail may be sent anyway
 * @property {boolean} [canSignIn]
 */

/** @type {Map<number, {notice: Notice, answer: (answer: 'send' | 'back') => void, window: number}>} */
const open = new Map();
let count = 0;

/**
 * Shows a window and waits for the person.
 * @param {Notice} notice
 * @returns {Promise<'send' | 'back'>}
 */
export async function showNotice(notice) {
  const id = (count += 1);
  return new Promise((done, failed) => {
    const entry = { notice, answer: done, window: -1 };
    open.set(id, entry);
    messenger.windows.create({
      type: 'popup', url: `notice.html?id=${id}`, width: 480, height: 440, allowScriptsToClose: true,
    }).then((made) => {
      entry.window = made.id;
    }, failed);
  });
}

/** What a window shows. @param {number} id @returns {Notice | null} */
export function noticeOf(id) {
  return open.get(id)?.notice ?? null;
}

/** @param {number} id @param {'send' | 'back'} answer */
export function answerNotice(id, answer) {
  open.get(id)?.answer(answer);
  open.delete(id);
}

/** A window was closed: that is no leave to send. @param {number} window */
export function closeNotice(window) {
  for (const [id, entry] of open) if (entry.window === window) answerNotice(id, 'back');
}
