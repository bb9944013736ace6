// @ts-check
/**
 * What Outlook runs when a mail is opened for writing and when it is sent. The server makes one plain script of this and
 * of what it imports; classic Outlook runs it without a page. ECMAScript 2016; imports on one line, no name twice.
 */
import { callsTo, judgeSending } from './sending.js';

/** The longest message that Outlook shows when it holds a mail back. */
const longestMessage = 500;
/** The button of the manifest that opens the pane. */
const paneButton = 'depeschePaneButton';

/** What the server wrote before this script. @returns {{url: string, texts: Record<string, Record<string, string>>, policy?: any}} */
function installationFacts() {
  return /** @type {any} */ (typeof depescheInstallation === 'undefined' ? { url: '', texts: {} } : depescheInstallation);
}

/** @param {string} key @param {Record<string, string | number>} [values] */
function sendingWords(key, values) {
  const { texts } = installationFacts();
  const language = /^de/i.test(Office.context.displayLanguage || '') ? 'de' : 'en';
  const words = (texts[language] || texts.en || {})[key] || key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

/** @param {string} set @param {string} version */
function supportsSet(set, version) {
  return Office.context.requirements.isSetSupported(set, version);
}

/** @param {(done: (result: any) => void) => void} work @returns {Promise<any>} */
function officeAnswer(work) {
  return new Promise((done, failed) => {
    work((result) => {
      if (result.status === Office.AsyncResultStatus.Succeeded) done(result.value);
      else failed(result.error);
    });
  });
}

/** All that is judged about the mail, at most three questions at a time. @returns {Promise<import('./sending.js').SendingMail>} */
function readMail() {
  const mail = Office.context.mailbox.item;
  const found = { subject: '', recipients: [], groups: [], body: '', isHTML: false, attachments: [] };
  return Promise.all([mail.to, mail.cc, mail.bcc].map((one) => officeAnswer((done) => one.getAsync(done)))).then((lists) => {
    lists.forEach((list) => list.forEach((one) => sortRecipient(found, one)));
    return officeAnswer((done) => mail.body.getTypeAsync(done));
  }).then((type) => {
    found.isHTML = type === Office.CoercionType.Html;
    return officeAnswer((done) => mail.body.getAsync(type, done));
  }).then((body) => {
    found.body = body || '';
    return supportsSet('Mailbox', '1.8') ? officeAnswer((done) => mail.getAttachmentsAsync(done)) : [];
  }).then((attachments) => {
    found.attachments = attachments.map((one) => ({
      name: one.name, size: one.size, isInline: one.isInline === true,
      isCloud: one.attachmentType === Office.MailboxEnums.AttachmentType.Cloud,
    }));
    return officeAnswer((done) => mail.subject.getAsync(done));
  }).then((subject) => {
    found.subject = subject || '';
    return found;
  });
}

/** @param {{recipients: string[], groups: string[]}} found @param {any} one */
function sortRecipient(found, one) {
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(one.emailAddress || '');
  if (isAddress) found.recipients.push(one.emailAddress);
  if (!isAddress && one.displayName) found.groups.push(one.displayName);
}

/** The policy as it was last known. */
function rememberedPolicy() {
  try {
    return JSON.parse(Office.context.roamingSettings.get('depesche-policy')) || installationFacts().policy || null;
  } catch (error) {
    return installationFacts().policy || null;
  }
}

/** @param {any} policy */
function keepRememberedPolicy(policy) {
  const words = JSON.stringify(policy);
  if (Office.context.roamingSettings.get('depesche-policy') === words) return Promise.resolve();
  Office.context.roamingSettings.set('depesche-policy', words);
  return officeAnswer((done) => Office.context.roamingSettings.saveAsync(done));
}

/** @returns {Promise<import('./sending.js').Verdict>} */
function judgeOutlookMail() {
  const { url } = installationFacts();
  return readMail().then((mail) => {
    const token = Office.context.roamingSettings.get('depesche-token') || '';
    return judgeSending(mail, {
      url, hasToken: token !== '', call: callsTo(url, token), text: sendingWords,
      knownPolicy: rememberedPolicy(), keepPolicy: keepRememberedPolicy,
    });
  // What Outlook does not let us read cannot be judged: the sender decides.
  }).catch(() => ({ allow: false, ask: true, message: sendingWords('sending.unreadable') }));
}

/** Whether the sender was told the same about this mail before, where Outlook has no button to send anyway. */
function wasTold(message) {
  const mail = Office.context.mailbox.item;
  if (supportsSet('Mailbox', '1.11')) {
    return officeAnswer((done) => mail.sessionData.getAsync('depesche-told', done)).then((told) => told === message, () => false)
      .then((known) => (known ? true : officeAnswer((done) => mail.sessionData.setAsync('depesche-told', message, done)).then(
        () => false, () => false)));
  }
  return officeAnswer((done) => mail.loadCustomPropertiesAsync(done)).then((properties) => {
    if (properties.get('depesche-told') === message) return true;
    properties.set('depesche-told', message);
    return officeAnswer((done) => properties.saveAsync(done)).then(() => false, () => false);
  }, () => false);
}

/** @param {string} message */
function shortened(message) {
  return message.length <= longestMessage ? message : message.slice(0, longestMessage - 1) + '…';
}

/**
 * The event OnMessageSend.
 * @param {any} event
 */
function onMessageSend(event) {
  judgeOutlookMail().then((verdict) => {
    if (verdict.allow) return event.completed({ allowEvent: true });
    const options = { allowEvent: false, errorMessage: shortened(verdict.message) };
    const isNew = supportsSet('Mailbox', '1.14');
    if (isNew) {
      options.cancelLabel = sendingWords('sending.openPane');
      options.commandId = paneButton;
      if (verdict.ask) options.sendModeOverride = Office.MailboxEnums.SendModeOverride.PromptUser;
    }
    if (isNew || !verdict.ask) return event.completed(options);
    return wasTold(verdict.message.slice(0, 1000)).then((told) => {
      if (told) return event.completed({ allowEvent: true });
      options.errorMessage = shortened(verdict.message + ' ' + sendingWords('sending.again'));
      return event.completed(options);
    });
  });
}

/**
 * The event OnMessageCompose: leaves a sign that events run for this mail, so that the pane can count on them.
 * @param {any} event
 */
function onMessageCompose(event) {
  const done = () => event.completed();
  officeAnswer((told) => Office.context.mailbox.item.sessionData.setAsync('depesche-events', 'on', told)).then(done, done);
}

/**
 * ItemSend, for Exchange on premises with an Outlook that knows no OnMessageSend.
 * @param {any} event
 */
function onItemSend(event) {
  const notices = Office.context.mailbox.item.notificationMessages;
  judgeOutlookMail().then((verdict) => {
    if (verdict.allow) return event.completed({ allowEvent: true });
    const told = verdict.ask ? wasTold(verdict.message.slice(0, 1000)) : Promise.resolve(false);
    return told.then((known) => {
      if (known) return event.completed({ allowEvent: true });
      const words = verdict.ask ? verdict.message + ' ' + sendingWords('sending.again') : verdict.message;
      const type = Office.MailboxEnums.ItemNotificationMessageType.ErrorMessage;
      const message = words.length <= 150 ? words : words.slice(0, 149) + '…';
      const end = () => event.completed({ allowEvent: false });
      return officeAnswer((done) => notices.replaceAsync('depesche', { type, message }, done)).then(end, end);
    });
  });
}

Office.onReady(() => {});
if (Office.actions) {
  Office.actions.associate('onMessageSend', onMessageSend);
  Office.actions.associate('onMessageCompose', onMessageCompose);
}
// The function file of the on-send manifest is found by its global name.
if (typeof window !== 'undefined') window.onItemSend = onItemSend;
