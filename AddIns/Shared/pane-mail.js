// @ts-check
/** The view for a mail: its files, how safe they go, and the block in it. */
import { Problem } from './api.js';
import { MailDelivery } from './mail-delivery.js';
import { HostProblem } from './mail-host.js';
import { AttachmentsPart } from './pane-attachments.js';
import { ChoicesPart } from './pane-choices.js';
import { DraftsPart } from './pane-drafts.js';
import { FilesPart } from './pane-files.js';
import { FootPart } from './pane-foot.js';
import { linkToCopy } from './pane-link.js';
import { NotesPart } from './pane-notes.js';
import { domainIn } from './policy.js';
import { problemWords } from './problem-words.js';
import { allowsDomain } from './sender-rules.js';
import { element, text } from './texts.js';
import { UploadQueue } from './upload.js';

export class MailView {
  /**
   * @param {import('./mail-host.js').MailHost} host
   * @param {import('./pane-session.js').Session} session
   * @param {string} url
   */
  constructor(host, session, url) {
    this.host = host;
    this.session = session;
    this.isBusy = false;
    /** @type {{addresses: string[], groups: string[]}} */
    this.recipients = { addresses: [], groups: [] };
    this.account = '';
    /** A link that could not be put into the mail. */
    this.pending = '';
    /** The files that the block in the mail names. */
    this.named = '';
    this.choices = new ChoicesPart();
    this.delivery = new MailDelivery(host, url, () => this.choices.value);
    this.queue = new UploadQueue(() => this.delivery.identify());
    this.files = new FilesPart(this.queue, () => session.offer);
    this.attachments = new AttachmentsPart(host, this.files);
    this.drafts = new DraftsPart((id) => this.goOn(id));
    this.notes = new NotesPart();
    this.foot = new FootPart((at) => this.attempt(() => this.insert(at)), () => this.attempt(() => this.renew()),
      () => this.attempt(() => this.remove()));
    this.element = element('section', { class: 'view mail', 'aria-label': text('mailLabel'), tabindex: '-1' },
      this.notes.top, this.drafts.element, this.attachments.element, this.files.element, this.choices.element,
      this.notes.bottom, this.foot.element);
    this.listen();
  }

  listen() {
    this.queue.addEventListener('change', () => {
      const refused = this.queue.uploads.find((one) => one.state === 'failed' && one.problem?.status === 401);
      if (refused) this.session.minds(refused.problem);
      if (this.queue.uploads.length > 0) this.drafts.hide();
      void this.attachments.settle(this.delivery.isInserted);
      this.draw();
    });
    this.choices.addEventListener('change', (event) => {
      const isPassword = event instanceof CustomEvent && event.detail === 'password';
      if (isPassword || this.choices.level !== this.delivery.model?.level) this.delivery.hasNewPassword = true;
      if (this.delivery.isInserted) this.delivery.isStale = true;
      this.draw();
    });
    this.choices.addEventListener('save', () => void this.save());
    this.host.onRecipientsChanged(() => void this.recipientsChanged());
    this.host.onAttachmentsChanged?.(() => void this.attachments.refresh());
    this.host.onFilesDropped?.((files) => {
      for (const file of files) this.files.add(file);
    });
    addEventListener('focus', () => void this.attachments.refresh());
    this.element.addEventListener('focusin', (event) => {
      if (!(event.target instanceof HTMLElement) || this.foot.element.contains(event.target)) return;
      // What takes the focus is not to lie below the foot, which stays in sight.
      const hidden = event.target.getBoundingClientRect().bottom + 12 - this.foot.element.getBoundingClientRect().top;
      if (hidden > 0) scrollBy(0, hidden);
    });
  }

  /** Fills the view, when somebody is signed in. */
  async open() {
    const offer = this.session.offer;
    if (!offer) return;
    const isOther = this.account !== '' && this.account !== offer.account.id;
    this.account = offer.account.id;
    this.attachments.policy = offer.policy;
    this.choices.furnish(offer);
    if (isOther) await this.startOver();
    for (const upload of this.queue.uploads) {
      if (upload.state === 'failed' && (upload.problem?.status === 401 || upload.problem?.status === 403)) this.queue.resume(upload);
    }
    if (this.queue.uploads.length === 0) await this.recall();
    await this.readRecipients();
    await this.attachments.refresh();
    this.notes.isSigned = await this.host.isSigned().catch(() => null);
    this.draw();
  }

  /** What belongs to this mail from before. */
  async recall() {
    const found = await this.delivery.find();
    const state = this.delivery.model?.state;
    this.notes.standing = found === 'none' || found === 'inserted' ? ''
      : found !== 'copied' ? found
        : state === 'sent' ? (this.delivery.isOfThisMail ? 'sent' : 'copied') : state === 'withdrawn' ? 'withdrawn' : 'expired';
    if (this.delivery.model) {
      this.files.adopt(this.delivery.model.files);
      this.choices.show(this.delivery.model);
      this.named = this.names;
    } else {
      await this.drafts.refresh('');
    }
  }

  /** Goes on with a delivery of a mail that was closed. @param {string} id */
  async goOn(id) {
    await this.host.remember({ delivery: id });
    await this.recall();
    this.draw();
  }

  /** Somebody else signed in: the files that are still at hand go to a delivery of theirs. */
  async startOver() {
    const files = this.queue.uploads.map((one) => one.file).filter((one) => one !== null);
    const isLost = files.length < this.queue.uploads.length;
    this.files.clear();
    await this.delivery.forget();
    for (const file of files) this.files.add(file);
    this.notes.standing = isLost ? 'other-account' : '';
  }

  async readRecipients() {
    this.recipients = await this.host.recipients().catch(() => ({ addresses: [], groups: [] }));
    this.attachments.recipients = this.recipients;
    this.attachments.draw();
  }

  async recipientsChanged() {
    await this.readRecipients();
    this.draw();
    // Where no handler sees the mail leave, the pane tells of those who came later.
    if (!this.host.reportsSending) await this.delivery.registerRecipients().catch((error) => this.session.minds(error));
  }

  /** The files by which the block in the mail can be told to be of today. */
  get names() {
    return this.queue.uploads.map((one) => one.id).join(' ');
  }

  /** The domains of recipients to whom nothing may be sent, each once. */
  get refusedDomains() {
    const lists = this.session.offer?.recipientDomains;
    return [...new Set(this.recipients.addresses.map(domainIn))].filter((domain) => !allowsDomain(lists, domain));
  }

  /** What still keeps the block from the mail, in words. */
  get obstacle() {
    const { uploads } = this.queue;
    if (this.refusedDomains.length > 0) return text('needs.allowedRecipients');
    if (this.choices.mistake) return this.choices.mistake;
    if (uploads.length === 0) return text('needs.files');
    if (uploads.some((one) => one.state === 'failed')) return text('needs.repair');
    if (uploads.some((one) => one.state === 'missing')) return text('needs.fileAgain');
    if (uploads.some((one) => !one.id)) return text('needs.moment');
    if (this.queue.isIncomplete && !this.host.reportsSending) return text('needs.upload');
    if (this.choices.level === 2 && !this.host.reportsSending && this.recipients.addresses.length === 0) return text('needs.recipients');
    return '';
  }

  get hint() {
    const { delivery } = this;
    if (delivery.isInserted) return delivery.isOpen && delivery.isStale ? text('stale') : '';
    if (this.queue.uploads.length > 0 && this.queue.isIncomplete) return text('insertEarly');
    return this.choices.level === 2 ? text('registersAll') : '';
  }

  draw() {
    const { delivery, notes } = this;
    const isOpen = delivery.isOpen;
    if (delivery.isInserted && isOpen && this.names !== this.named) delivery.isStale = true;
    if (this.files.isLocked === isOpen) {
      this.files.lock(!isOpen);
      this.choices.lock(isOpen ? null : delivery.model);
      this.attachments.isLocked = !isOpen;
      this.attachments.draw();
    }
    notes.level = this.choices.level;
    notes.groups = this.recipients.groups;
    notes.refused = this.refusedDomains;
    notes.isInserted = delivery.isInserted;
    notes.draw();
    const obstacle = delivery.isInserted && !delivery.isStale ? '' : this.obstacle;
    this.foot.draw({
      isInserted: delivery.isInserted, isOpen, isKept: !isOpen && !delivery.isOfThisMail, isStale: delivery.isStale,
      isBusy: this.isBusy, obstacle, hint: this.hint,
    });
  }

  async save() {
    try {
      await this.delivery.save();
      this.choices.complain(null);
      if (this.delivery.model) this.choices.hasPassword = this.delivery.model.hasPassword === true;
      this.choices.draw();
    } catch (error) {
      if (!this.session.minds(error) && !this.choices.complain(error)) this.foot.fail(problemWords(error));
    }
    this.draw();
  }

  /** One step that the person asked for, and what came of it. @param {() => Promise<void>} work */
  async attempt(work) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.foot.quiet();
    this.draw();
    try {
      await work();
    } catch (error) {
      if (!this.session.minds(error) && !this.choices.complain(error)) {
        const link = error instanceof HostProblem ? this.pending : '';
        this.foot.fail(problemWords(error), ...(link ? [linkToCopy(link)] : []));
      }
      if (error instanceof Problem && error.status === 404) await this.recall().catch(() => {});
    }
    this.isBusy = false;
    this.draw();
  }

  /** @param {'cursor' | 'end'} at */
  async insert(at) {
    await this.host.prepare?.();
    if (this.obstacle) return;
    await this.delivery.save();
    const { reportsSending } = this.host;
    this.pending = '';
    await this.delivery.insert(at, reportsSending, (link) => {
      this.pending = link;
    });
    this.named = this.names;
    this.notes.standing = this.delivery.isOpen ? '' : 'sent';
    await this.attachments.settle(true);
    this.foot.succeed(text('inserted'), text(!reportsSending ? 'insertedSent' : this.queue.isIncomplete ? 'insertedEarly' : 'insertedReady'));
  }

  async renew() {
    await this.host.prepare?.();
    await this.delivery.save();
    await this.delivery.renew(this.host.reportsSending);
    this.named = this.names;
    this.foot.succeed(text('renewed'));
  }

  async remove() {
    await this.delivery.remove();
    this.files.clear();
    this.notes.standing = '';
    this.choices.hasPassword = false;
    this.choices.draw();
    await this.attachments.refresh();
    this.foot.succeed(text('removed'));
    this.element.focus();
  }
}
