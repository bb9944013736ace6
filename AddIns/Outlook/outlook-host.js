// @ts-check
/** Outlook as the pane sees it, by Office.js. What came with a newer requirement set is used where Outlook has it. */
import { appendBlock } from './block.js';
import { HostProblem } from './mail-host.js';
import { attachmentFile } from './outlook-attachment.js';
import { answer, item, knows } from './outlook-calls.js';

const tokenKey = 'depesche-token';
const deliveryKey = 'depesche-delivery';
/** What the handler of the event OnMessageCompose leaves with a mail: sending will be seen too. */
const eventsKey = 'depesche-events';

export class OutlookHost {
  /** @param {string} language */
  constructor(language) {
    this.client = /** @type {const} */ ('outlook');
    this.language = language;
    this.reportsSending = false;
    /** @type {any} */
    this.dialog = null;
    /** Custom properties of the mail, once loaded. @type {any} */
    this.properties = null;
    /** Removing, setting and saving come one after the other: Outlook allows three at a time. @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /** @returns {'dark' | 'light' | undefined} */
  get theme() {
    if (!knows('1.14')) return undefined;
    const theme = Office.context.officeTheme;
    return typeof theme?.isDarkTheme === 'boolean' ? (theme.isDarkTheme ? 'dark' : 'light') : undefined;
  }

  /** Whether the events of the manifest run here: an add-in that a person installed alone may have none. */
  async prepare() {
    if (!knows('1.12')) return;
    const mark = await answer((done) => item().sessionData.getAsync(eventsKey, done)).catch(() => '');
    this.reportsSending = mark === 'on';
  }

  subject() {
    return answer((done) => item().subject.getAsync(done)).then((words) => words ?? '');
  }

  async recipients() {
    const mail = item();
    const lists = await Promise.all([mail.to, mail.cc, mail.bcc].map((one) => answer((done) => one.getAsync(done))));
    /** @type {{addresses: string[], groups: string[]}} */
    const found = { addresses: [], groups: [] };
    for (const one of lists.flat()) {
      const isAddress = /^[^\s@]+@[^\s@]+$/.test(one.emailAddress ?? '');
      const name = (one.displayName ?? '').replace(/[<>"\r\n]/g, '').trim();
      const words = !isAddress ? name : name && name !== one.emailAddress ? `${quoted(name)} <${one.emailAddress}>` : one.emailAddress;
      if (isAddress) found.addresses.push(words);
      const isList = one.recipientType === Office.MailboxEnums.RecipientType.DistributionList;
      if ((!isAddress || isList) && words) found.groups.push(words);
    }
    return found;
  }

  async isHTML() {
    return (await answer((done) => item().body.getTypeAsync(done))) === Office.CoercionType.Html;
  }

  async attachments() {
    if (!knows('1.8')) return [];
    const all = await answer((done) => item().getAttachmentsAsync(done));
    return all.map((/** @type {any} */ one) => ({
      id: one.id, name: one.name, size: one.size, isInline: one.isInline === true,
      isCloud: one.attachmentType === Office.MailboxEnums.AttachmentType.Cloud,
    }));
  }

  /** @param {string} id @returns {Promise<File>} */
  async readAttachment(id) {
    const known = (await this.attachments()).find((one) => one.id === id);
    if (!known) throw new HostProblem('attachment-gone');
    return attachmentFile(known.name, await answer((done) => item().getAttachmentContentAsync(id, done)));
  }

  /** @param {string} id */
  removeAttachment(id) {
    return this.inTurn(() => answer((done) => item().removeAttachmentAsync(id, done)));
  }

  async body() {
    const isHTML = await this.isHTML();
    const type = isHTML ? Office.CoercionType.Html : Office.CoercionType.Text;
    return (await answer((done) => item().body.getAsync(type, done))) ?? '';
  }

  /** @param {string} content */
  setBody(content) {
    return this.inTurn(async () => {
      const coercionType = (await this.isHTML()) ? Office.CoercionType.Html : Office.CoercionType.Text;
      await answer((done) => item().body.setAsync(content, { coercionType }, done));
    });
  }

  /** @param {{html: string, text: string}} block @param {'cursor' | 'end'} at */
  async insert(block, at) {
    const isHTML = await this.isHTML();
    if (at === 'end') {
      await this.setBody(appendBlock(await this.body(), isHTML, block));
      return;
    }
    const coercionType = isHTML ? Office.CoercionType.Html : Office.CoercionType.Text;
    const content = isHTML ? `${block.html}<p>&nbsp;</p>` : `\n${block.text.trim()}\n`;
    await this.inTurn(() => answer((done) => item().body.setSelectedDataAsync(content, { coercionType }, done)));
  }

  /** Office.js does not tell whether a mail will be signed with S/MIME. */
  async isSigned() {
    return null;
  }

  async recall() {
    const properties = await this.load();
    const delivery = properties.get(deliveryKey);
    return typeof delivery === 'string' && delivery !== '' ? { delivery } : null;
  }

  /** @param {{delivery: string} | null} value */
  async remember(value) {
    const properties = await this.load();
    if (value) properties.set(deliveryKey, value.delivery);
    else properties.remove(deliveryKey);
    await this.inTurn(() => answer((done) => properties.saveAsync(done)));
  }

  async load() {
    this.properties ??= await answer((done) => item().loadCustomPropertiesAsync(done));
    return this.properties;
  }

  async token() {
    return Office.context.roamingSettings.get(tokenKey) ?? '';
  }

  /** @param {string} token */
  async keepToken(token) {
    const settings = Office.context.roamingSettings;
    try {
      if (token) settings.set(tokenKey, token);
      else settings.remove(tokenKey);
    } catch {
      throw new HostProblem('not-kept');
    }
    await answer((done) => settings.saveAsync(done));
  }

  /** What the server demands of attachments, for the handler that runs while nobody can be asked. @param {unknown} policy */
  async keepPolicy(policy) {
    const settings = Office.context.roamingSettings;
    const words = JSON.stringify(policy);
    if (settings.get('depesche-policy') === words) return;
    settings.set('depesche-policy', words);
    await answer((done) => settings.saveAsync(done));
  }

  /** @param {string} url */
  async openPage(url) {
    // The person's own browser knows them already; only Outlook for Windows and Mac can open it.
    if (Office.context.requirements.isSetSupported('OpenBrowserWindowApi', '1.1')) {
      Office.context.ui.openBrowserWindow(url);
      return;
    }
    this.closePage();
    if (!knows('1.4')) throw new HostProblem('no-page');
    this.dialog = await answer((done) => Office.context.ui.displayDialogAsync(url, { height: 70, width: 40, promptBeforeOpen: false }, done));
    this.dialog.addEventHandler(Office.EventType.DialogEventReceived, () => {
      this.dialog = null;
    });
  }

  closePage() {
    try {
      this.dialog?.close();
    } catch {
      // The person was faster.
    }
    this.dialog = null;
  }

  /** @param {() => void} call */
  onRecipientsChanged(call) {
    if (knows('1.7')) item().addHandlerAsync(Office.EventType.RecipientsChanged, call, () => {});
  }

  /** @param {() => void} call */
  onAttachmentsChanged(call) {
    if (knows('1.8')) item().addHandlerAsync(Office.EventType.AttachmentsChanged, call, () => {});
  }

  /** Outlook on the web gives what is dropped by an event of its own. @param {(files: File[]) => void} call */
  onFilesDropped(call) {
    if (!knows('1.5') || !Office.EventType.DragAndDropEvent) return;
    Office.context.mailbox.addHandlerAsync(Office.EventType.DragAndDropEvent, (event) => {
      const data = event.dragAndDropEventData;
      if (data?.type !== 'drop') return;
      call([...data.dataTransfer.files].map((one) => new File([one.fileContent], one.name, { type: one.type ?? '' })));
    }, () => {});
  }

  /** @template Result @param {() => Promise<Result>} work @returns {Promise<Result>} */
  inTurn(work) {
    const next = this.last.then(work, work);
    this.last = next.catch(() => {});
    return next;
  }
}

/** A display name as it stands before an address. @param {string} name */
function quoted(name) {
  return /[,;:@()[\]\\.]/.test(name) ? `"${name.replace(/\\/g, '\\\\')}"` : name;
}
