// @ts-check
/**
 * What happens when a mail is sent: its recipients are registered with the delivery that it carries; what must not leave
 * is held back, and a window says why. What could not be registered because the server did not answer, and was sent all
 * the same, is registered later.
 */
import { linksIn, ownPart } from './block.js';
import { heldFor } from './filelink.js';
import { keepPolicy, knownPolicy, openInstallation } from './installation.js';
import { attachmentsOf } from './mail-attachments.js';
import { recipientsOf } from './mail-recipients.js';
import { showNotice } from './notices.js';
import { rememberRegistration } from './late-registrations.js';
import { callsTo, judgeSending } from './sending.js';
import { text } from './texts.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/**
 * The mail as the rules see it.
 * @param {number} tab
 * @param {any} details
 * @returns {Promise<import('./sending.js').SendingMail>}
 */
async function mailOf(tab, details) {
  const [{ addresses, groups }, attachments] = await Promise.all([recipientsOf(details), attachmentsOf(tab, details)]);
  const isHTML = !details.isPlainText;
  let body = isHTML ? details.body : details.plainTextBody;
  // Somebody may have deleted Thunderbird's list and left the attachments: then their links leave with those.
  for (const { name, size, url } of heldFor(tab)) {
    const attachment = attachments.find((one) => !one.isCloud && one.name === name && one.size === size);
    if (!attachment) continue;
    attachment.isCloud = true;
    body = `${url}\n${body}`;
  }
  return { subject: details.subject, recipients: addresses, groups, isHTML, attachments, body };
}

/** Whether the server did not answer. @param {any} problem */
function isSilence(problem) {
  return !problem?.status || problem.status === 408 || problem.status === 429 || problem.status >= 500;
}

/**
 * @param {{id: number}} tab
 * @param {any} details
 * @returns {Promise<{cancel?: boolean}>}
 */
async function judge(tab, details) {
  const { url, token } = await openInstallation();
  if (!url) return {};
  const mail = await mailOf(tab.id, details);
  let isUnanswered = false;
  let isSignedOut = token === '';
  const ask = callsTo(url, token);
  const verdict = await judgeSending(mail, {
    url,
    hasToken: token !== '',
    call: (method, path, body) => ask(method, path, body).catch((problem) => {
      isUnanswered ||= method === 'POST' && isSilence(problem);
      isSignedOut ||= problem.status === 401;
      throw problem;
    }),
    text,
    knownPolicy: await knownPolicy(),
    keepPolicy: (policy) => void keepPolicy(policy),
  });
  if (verdict.allow) return {};
  // The person first sees the window, then the mail is free again.
  const answer = showNotice({
    title: text('tb.held.title'), message: verdict.message, subject: mail.subject,
    canSend: verdict.ask === true, canSignIn: isSignedOut,
    hint: isUnanswered && verdict.ask ? text('tb.held.later') : '',
  });
  if (!verdict.ask) return { cancel: true };
  if (await answer !== 'send') return { cancel: true };
  const links = linksIn(ownPart(mail.body, mail.isHTML), url);
  if (isUnanswered && links.length > 0) {
    await rememberRegistration({ links, recipients: mail.recipients, subject: mail.subject });
  }
  return {};
}

/** Listens to Thunderbird. */
export function watchSending() {
  messenger.compose.onBeforeSend.addListener((tab, details) => judge(tab, details).catch((error) => {
    // A fault of ours must not keep anybody from writing mail; but a mail of ours does not leave unseen.
    console.error(error);
    void showNotice({ title: text('tb.held.title'), message: text('tb.held.fault'), subject: details.subject });
    return { cancel: true };
  }));
}
