// @ts-check
/** What is already attached to the mail: the offer to send it through Depesche instead, and the warning if it is much. */
import { button, card, notice, paragraph } from './pane-parts.js';
import { attachedOctets, judgeAttachments } from './policy.js';
import { problemWords } from './problem-words.js';
import { element, plural, size, text } from './texts.js';

/** From here on mail servers begin to refuse mails, and the pane warns. */
const largeOctets = 10_000_000;
const manyAttachments = 10;

export class AttachmentsPart {
  /**
   * @param {import('./mail-host.js').MailHost} host
   * @param {import('./pane-files.js').FilesPart} files
   */
  constructor(host, files) {
    this.host = host;
    this.files = files;
    /** @type {import('./mail-host.js').Attachment[]} */
    this.attachments = [];
    /** What is on its way from the mail to the server. @type {Map<import('./upload.js').Upload, import('./mail-host.js').Attachment>} */
    this.taken = new Map();
    /** @type {Set<string>} attachments that are being removed or could not be */
    this.settled = new Set();
    /** @type {import('./policy.js').AttachmentPolicy | null} */
    this.policy = null;
    /** @type {{addresses: string[], groups: string[]}} */
    this.recipients = { addresses: [], groups: [] };
    this.isReading = false;
    /** @type {string[]} */
    this.troubles = [];
    this.isLocked = false;
    this.drawn = '';
    this.element = element('div', { class: 'attachments', 'aria-live': 'polite' });
  }

  /** Looks again what is attached. */
  async refresh() {
    try {
      this.attachments = (await this.host.attachments()).filter((one) => !one.isInline && !one.isCloud);
    } catch {
      this.attachments = [];
    }
    this.draw();
  }

  get offered() {
    const taken = new Set([...this.taken.values()].map((one) => one.id));
    return this.attachments.filter((one) => !taken.has(one.id) && !this.settled.has(one.id));
  }

  /** Reads the attachments and lets them go the other way. */
  async take() {
    const chosen = this.offered;
    this.isReading = true;
    this.troubles = [];
    this.draw();
    for (const attachment of chosen) {
      try {
        const file = await this.host.readAttachment(attachment.id);
        const upload = this.files.add(file);
        if (upload) this.taken.set(upload, attachment);
      } catch (error) {
        this.troubles.push(text('attachmentKept', { name: attachment.name, reason: problemWords(error) }));
      }
    }
    this.isReading = false;
    this.draw();
  }

  /** Takes out of the mail what has arrived and whose link stands in it. @param {boolean} isInserted */
  async settle(isInserted) {
    const queue = this.files.queue;
    for (const [upload, attachment] of this.taken) {
      if (!queue.uploads.includes(upload)) {
        this.taken.delete(upload);
        this.draw();
      } else if (isInserted && upload.state === 'complete' && !this.settled.has(attachment.id)) {
        this.settled.add(attachment.id);
        try {
          await this.host.removeAttachment(attachment.id);
          this.attachments = this.attachments.filter((one) => one.id !== attachment.id);
        } catch {
          this.troubles.push(text('attachmentStays', { name: attachment.name }));
        }
        this.taken.delete(upload);
        this.draw();
      }
    }
  }

  draw() {
    const offered = this.offered;
    // Only when something is different: a button that is replaced while somebody presses it does nothing.
    const reason = this.policy ? judgeAttachments(this.policy, offered, this.recipients.addresses, this.recipients.groups) : '';
    const key = JSON.stringify([offered, this.isLocked, this.taken.size, this.isReading, this.troubles, this.policy, reason]);
    if (key === this.drawn) return;
    this.drawn = key;
    const parts = [];
    const octets = attachedOctets(offered);
    if (offered.length > 0 && !this.isLocked) parts.push(this.offer(offered, octets, reason));
    if (this.taken.size > 0) parts.push(notice('info', paragraph(plural('takenOver', this.taken.size))));
    if (this.isReading) parts.push(paragraph(text('reading'), 'hint'));
    for (const words of this.troubles) parts.push(notice('warn', paragraph(words)));
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(...parts);
    // A person who was at the button stays there, or goes to where the files are now.
    const next = this.element.querySelector('#take-over') ?? this.files.choose;
    if (hadFocus && next instanceof HTMLElement) next.focus();
    this.element.hidden = parts.length === 0;
  }

  /** @param {import('./mail-host.js').Attachment[]} offered @param {number} octets @param {string} reason by the policy */
  offer(offered, octets, reason) {
    const { policy } = this;
    const isMuch = octets >= largeOctets || offered.length >= manyAttachments;
    const words = reason && policy ? text(`policy.${policy.mode}.${reason}`, { size: policy.sizeMB })
      : text(octets >= largeOctets ? 'attachedLarge' : isMuch ? 'attachedMany' : 'attached', { size: size(octets) });
    const list = element('ul', { class: 'plain-list small' }, ...offered.slice(0, 5).map((one) => element('li', {},
      element('span', { class: 'file-name' }, one.name), ' ', element('span', { class: 'file-size' }, size(one.size)))));
    if (offered.length > 5) list.append(element('li', { class: 'muted' }, plural('more', offered.length - 5)));
    const take = button(plural('takeOver', offered.length), () => this.take(), { sign: 'lock', id: 'take-over' });
    take.classList.add('button-wide');
    if (this.isReading) take.setAttribute('aria-disabled', 'true');
    return card(reason || isMuch ? 'warn' : 'info', plural('attachedTitle', offered.length), paragraph(words), list, take,
      paragraph(text('takeOverHint'), 'hint'));
  }
}
