// @ts-check
/**
 * What happens when a mail is being sent: its recipients are registered with the delivery whose link it carries, and
 * what must not leave is held back. Both add-ins ask here. Runs without a page: ECMAScript 2016.
 */
import { linksIn, ownPart } from './block.js';
import { addressIn, judgeAttachments } from './policy.js';

/**
 * @typedef {object} SendingMail
 * @property {string} subject
 * @property {string[]} recipients To, Cc and Bcc, each as `Name <a@b>` or `a@b`
 * @property {string[]} groups names without an address, and distribution lists
 * @property {string} body
 * @property {boolean} isHTML
 * @property {{name: string, size: number, isInline: boolean, isCloud: boolean}[]} attachments
 */

/**
 * @typedef {object} SendingInterface
 * @property {string} url the installation's address without a slash at the end
 * @property {boolean} hasToken whether somebody is signed in
 * @property {(method: string, path: string, body?: unknown) => Promise<any>} call fails with {status, code, fields, title}
 * @property {(key: string, values?: Record<string, string | number>) => string} text
 * @property {import('./policy.js').AttachmentPolicy | null} [knownPolicy] as it was when the server was last asked
 * @property {(policy: import('./policy.js').AttachmentPolicy) => unknown} [keepPolicy]
 */

/**
 * allow false: the mail is held back and the message says why; with `ask` the sender may send it anyway.
 * @typedef {{allow: boolean, ask?: boolean, message: string}} Verdict
 */

/** So long may the server take to answer one call, in milliseconds. */
export const longestAnswer = 8000;

const sendAway = { allow: true, message: '' };

/** @param {string} message @param {boolean} [ask] @returns {Verdict} */
function holdBack(message, ask) {
  return { allow: false, ask: ask === true, message };
}

/**
 * Calls to the interface of an installation with a token, for where there is no page.
 * @param {string} url the installation's address
 * @param {string} token
 * @returns {(method: string, path: string, body?: unknown) => Promise<any>}
 */
export function callsTo(url, token) {
  return (method, path, body) => {
    let alarm;
    const late = new Promise((done, failed) => {
      alarm = setTimeout(() => failed({ status: 0, code: 'late' }), longestAnswer);
    });
    const headers = { Accept: 'application/json', Authorization: 'Bearer ' + token };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = fetch(url + '/api/v1' + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'omit', cache: 'no-store',
    }).then(
      (response) => response.text().then((text) => {
        let content = {};
        try {
          content = JSON.parse(text);
        } catch (error) {
          // An answer of a proxy, perhaps; the status says enough.
        }
        if (response.status >= 200 && response.status < 300) return content;
        return Promise.reject(Object.assign({ status: response.status, code: '', fields: [] }, content));
      }),
      () => Promise.reject({ status: 0, code: '' }));
    const stop = () => clearTimeout(alarm);
    answer.then(stop, stop);
    return Promise.race([answer, late]);
  };
}

/**
 * Whether a mail may leave now. Registers its recipients if it carries a delivery of this account.
 * @param {SendingMail} mail
 * @param {SendingInterface} api
 * @returns {Promise<Verdict>}
 */
export function judgeSending(mail, api) {
  const own = linksIn(ownPart(mail.body, mail.isHTML), api.url);
  const all = own.concat(linksIn(mail.body, api.url).filter((link) => own.indexOf(link) < 0)).slice(0, 50);
  const attached = mail.attachments.some((one) => !one.isInline && !one.isCloud);
  // Most mails have nothing to do with us, and none of them waits for our server.
  if (all.length === 0 && !attached) return Promise.resolve(sendAway);
  return learnPolicy(api, attached).then((policy) => {
    const reason = policy ? judgeAttachments(policy, mail.attachments, mail.recipients, mail.groups) : '';
    if (reason && policy && policy.mode === 'always') return holdBack(policyWords(api, policy, reason));
    return judgeLinks(mail, api, own, all).then((verdict) => {
      if (!verdict.allow || !reason || !policy) return verdict;
      return holdBack(policyWords(api, policy, reason), true);
    });
  });
}

/**
 * The policy, from the server or as it was last known.
 * @param {SendingInterface} api
 * @param {boolean} matters
 * @returns {Promise<import('./policy.js').AttachmentPolicy | null>}
 */
function learnPolicy(api, matters) {
  const known = api.knownPolicy || null;
  if (!matters || !api.hasToken) return Promise.resolve(known);
  return api.call('GET', '/add-in').then((answer) => {
    if (!answer.policy) return known;
    // Kept before the mail leaves: what runs for it may end with it.
    const kept = api.keepPolicy ? Promise.resolve(api.keepPolicy(answer.policy)) : Promise.resolve();
    return kept.then(() => answer.policy, () => answer.policy);
  }, () => known);
}

/** @param {SendingInterface} api @param {import('./policy.js').AttachmentPolicy} policy @param {string} reason */
function policyWords(api, policy, reason) {
  return api.text('sending.policy.' + policy.mode + '.' + reason, { size: policy.sizeMB });
}

/**
 * @param {SendingMail} mail
 * @param {SendingInterface} api
 * @param {string[]} own links in what the sender wrote
 * @param {string[]} all
 * @returns {Promise<Verdict>}
 */
function judgeLinks(mail, api, own, all) {
  if (all.length === 0) return Promise.resolve(sendAway);
  // A mail that only quotes one of our links needs nobody to be signed in.
  if (!api.hasToken) return Promise.resolve(own.length > 0 ? holdBack(api.text('sending.signIn'), true) : sendAway);
  return api.call('POST', '/add-in/links', { links: all }).then((answer) => {
    // What an earlier mail sent already stays with its readers when it is quoted.
    const meant = answer.items.filter((one) => one.state === 'draft' || own.indexOf(one.link) >= 0);
    const dead = meant.find((one) => one.state !== 'draft' && one.state !== 'sent');
    if (dead) {
      return holdBack(api.text(dead.state === 'withdrawn' ? 'sending.withdrawn' : 'sending.expired', { subject: dead.subject || '' }));
    }
    if (meant.some((one) => !one.complete)) return holdBack(api.text('sending.incomplete'));
    return meant.reduce(
      (before, one) => before.then((verdict) => (verdict.allow ? register(mail, api, one) : verdict)),
      Promise.resolve(/** @type {Verdict} */ (sendAway)));
  }, (problem) => (own.length > 0 ? trouble(api, problem) : sendAway));
}

/**
 * @param {SendingMail} mail
 * @param {SendingInterface} api
 * @param {{delivery: string, state: string, level: number}} item
 * @returns {Promise<Verdict>}
 */
function register(mail, api, item) {
  const recipients = mail.recipients.filter((one) => addressIn(one) !== '');
  const nameless = mail.groups.filter((one) => addressIn(one) === '');
  if (item.level === 2 && recipients.length === 0) {
    return Promise.resolve(holdBack(api.text('sending.nobody', { groups: nameless.join(', ') })));
  }
  const registration = { recipients };
  if (mail.subject) registration.subject = mail.subject;
  return api.call('POST', '/deliveries/' + item.delivery + '/registration', registration).then(
    () => (item.level === 2 && nameless.length > 0
      ? holdBack(api.text('sending.groups', { groups: nameless.join(', ') }), true) : sendAway),
    (problem) => {
      // Without codes the link works for whoever has it, registered or not.
      if (item.level === 1 && item.state === 'sent' && isPassing(problem)) return sendAway;
      if (problem.code === 'withdrawn' || problem.code === 'expired' || problem.code === 'incomplete') {
        return holdBack(api.text('sending.' + problem.code, { subject: '' }));
      }
      return trouble(api, problem, recipients);
    });
}

/** Whether the same call may succeed later. @param {any} problem */
function isPassing(problem) {
  return !problem.status || problem.status === 408 || problem.status === 429 || problem.status >= 500;
}

/** @param {SendingInterface} api @param {any} problem @param {string[]} [recipients] @returns {Verdict} */
function trouble(api, problem, recipients) {
  if (problem.status === 401) return holdBack(api.text('sending.signIn'), true);
  if (problem.status === 403) return holdBack(api.text('sending.forbidden'), true);
  if (isPassing(problem)) return holdBack(api.text('sending.unreachable'), true);
  const field = (problem.fields || [])[0];
  const index = field && /^recipients\[(\d+)\]/.exec(field.field);
  if (field && index && recipients) {
    return holdBack(api.text('sending.address', { address: recipients[Number(index[1])] || '', reason: field.message }));
  }
  return holdBack(api.text('sending.refused', { reason: (field && field.message) || problem.title || '' }));
}
