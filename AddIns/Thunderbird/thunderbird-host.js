// @ts-check
/** One mail in a compose window of Thunderbird, as the pane needs it. */
import { appendBlock } from './block.js';
import { keepToken, language, openInstallation } from './installation.js';
import { attachmentsOf } from './mail-attachments.js';
import { HostProblem } from './mail-host.js';
import { recipientsOf } from './mail-recipients.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** The interface tells no change of recipients; so often they are compared, in milliseconds. */
const comparesEvery = 2_000;

/** @implements {import('./mail-host.js').MailHost} */
export class ThunderbirdHost {
  /** @param {number} tab of the compose window */
  constructor(tab) {
    this.tab = tab;
    /** @type {'thunderbird'} */
    this.client = 'thunderbird';
    this.reportsSending = true;
    this.language = language();
    /** @type {Map<string, any>} */
    this.attached = new Map();
  }

  /** @returns {Promise<any>} */
  async details() {
    try {
      return await messenger.compose.getComposeDetails(this.tab);
    } catch (error) {
      throw new HostProblem('closed', String(error));
    }
  }

  async subject() {
    return (await this.details()).subject;
  }

  async recipients() {
    return recipientsOf(await this.details());
  }

  async isHTML() {
    return !(await this.details()).isPlainText;
  }

  async attachments() {
    return attachmentsOf(this.tab, await this.details());
  }

  /** @param {string} id @returns {Promise<File>} */
  async readAttachment(id) {
    try {
      return await messenger.compose.getAttachmentFile(Number(id));
    } catch (error) {
      // Attachments of a draft that was saved lie in the mail and not in a file.
      throw new HostProblem('attachment-type', String(error));
    }
  }

  /** @param {string} id */
  async removeAttachment(id) {
    try {
      await messenger.compose.removeAttachment(this.tab, Number(id));
    } catch (error) {
      throw new HostProblem('not-removed', String(error));
    }
  }

  async body() {
    const details = await this.details();
    return details.isPlainText ? details.plainTextBody : details.body;
  }

  /** @param {string} content */
  async setBody(content) {
    const { isPlainText } = await this.details();
    await messenger.compose.setComposeDetails(this.tab, isPlainText ? { plainTextBody: content } : { body: content });
  }

  /** @param {{html: string, text: string}} block @param {'cursor' | 'end'} at */
  async insert(block, at) {
    const isHTML = await this.isHTML();
    if (at === 'end') {
      await this.setBody(appendBlock(await this.body(), isHTML, block));
      return;
    }
    const content = isHTML ? `${block.html}<p><br></p>` : `\n${block.text.trim()}\n`;
    const [done] = await messenger.tabs.executeScript(this.tab, {
      code: `document.execCommand(${JSON.stringify(isHTML ? 'insertHTML' : 'insertText')}, false, ${JSON.stringify(content)})`,
    }).catch((error) => {
      throw new HostProblem('not-inserted', String(error));
    });
    if (!done) throw new HostProblem('not-inserted');
  }

  async isSigned() {
    // Nothing is said of an identity that can neither sign nor encrypt.
    return (await this.details()).selectedEncryptionTechnology?.signMessage ?? false;
  }

  async recall() {
    const delivery = await messenger.runtime.sendMessage({ kind: 'recall', tab: this.tab });
    return delivery ? { delivery } : null;
  }

  /** @param {{delivery: string} | null} value */
  async remember(value) {
    await messenger.runtime.sendMessage({ kind: 'remember', tab: this.tab, delivery: value?.delivery ?? '' });
  }

  async token() {
    return (await openInstallation()).token;
  }

  /** @param {string} token */
  async keepToken(token) {
    await keepToken(token);
  }

  /** @param {string} url */
  async openPage(url) {
    // The user's own browser: it has their session and their passwords.
    await messenger.runtime.sendMessage({ kind: 'openPage', url });
  }

  closePage() {
    // A tab of the browser is the person's own.
  }

  /** @param {() => void} call */
  onRecipientsChanged(call) {
    let before = '';
    const compare = async () => {
      const now = JSON.stringify(await this.recipients().catch(() => null));
      if (before && now !== before) call();
      before = now;
    };
    void compare();
    setInterval(() => {
      if (!document.hidden) void compare();
    }, comparesEvery);
  }

  /** @param {() => void} call */
  onAttachmentsChanged(call) {
    const mine = (/** @type {{id: number}} */ tab) => {
      if (tab.id === this.tab) call();
    };
    messenger.compose.onAttachmentAdded.addListener(mine);
    messenger.compose.onAttachmentRemoved.addListener(mine);
  }
}
