// @ts-check
/** The delivery of one mail: made at the first file, changed, put into the mail, taken out. */
import { call, Problem } from './api.js';
import { appendBlock, findBlock, linksIn, ownPart, removeBlock, replaceBlock } from './block.js';
import { HostProblem } from './mail-host.js';

/**
 * @typedef {object} Choices
 * @property {number} level
 * @property {number} lifetimeDays
 * @property {boolean} notifiesSender
 * @property {string} [password] left out: as it was
 */

export class MailDelivery {
  /**
   * @param {import('./mail-host.js').MailHost} host
   * @param {string} url
   * @param {() => Choices} choices
   */
  constructor(host, url, choices) {
    this.host = host;
    this.url = url;
    this.choices = choices;
    /** What the server knows; null before the first file. @type {any} */
    this.model = null;
    /** The link of the block in the mail; empty: none is there. */
    this.link = '';
    /** Whether the mail still says what the delivery is. */
    this.isStale = false;
    /** @type {Promise<string> | null} */
    this.making = null;
    /** Whether the password was changed since it was last saved. */
    this.hasNewPassword = false;
    /** Whether it was put into this mail just now, so that no other mail can have taken it along. */
    this.isOfThisMail = false;
    /** Releases the mark by which other windows see that somebody works on it. */
    this.release = () => {};
  }

  get id() {
    return this.model?.id ?? '';
  }

  get isInserted() {
    return this.link !== '';
  }

  /** Whether files and choices can still be changed. */
  get isOpen() {
    return this.model === null || this.model.state === 'draft';
  }

  /** @param {any} model */
  take(model) {
    const isOther = model?.id !== this.model?.id;
    this.model = model;
    if (isOther) {
      this.release();
      this.release = model ? holdMark(model.id) : () => {};
    }
  }

  /** The delivery's id; it is made when it is first needed. @returns {Promise<string>} */
  identify() {
    if (this.model) return Promise.resolve(this.model.id);
    this.making ??= this.make().finally(() => {
      this.making = null;
    });
    return this.making;
  }

  async make() {
    const subject = await this.host.subject().catch(() => '');
    const choices = this.choices();
    if (!choices.password) delete choices.password;
    const made = await call('POST', '/deliveries', {
      path: 'addIn', ...choices, ...(subject ? { subject } : {}), language: this.host.language,
    });
    this.take(made);
    this.hasNewPassword = false;
    // Kept with the mail at once: who closes it in mid-upload and comes back goes on here. The server offers it otherwise.
    await this.host.remember({ delivery: made.id }).catch(() => {});
    return made.id;
  }

  /** Saves the choices if there is something to save them to. */
  async save() {
    if (!this.model || !this.isOpen) return;
    const choices = this.choices();
    if (!this.hasNewPassword) delete choices.password;
    this.take(await call('PATCH', `/deliveries/${this.id}`, choices));
    this.hasNewPassword = false;
    if (this.isInserted) this.isStale = true;
  }

  /**
   * What belongs to this mail: by what the mail remembers, else by the link that stands in it.
   * @returns {Promise<'none' | 'begun' | 'inserted' | 'copied' | 'gone' | 'cut'>} copied: the mail carries the link of a
   *   delivery that an earlier mail sent; cut: it was in the mail, but its block no longer is
   */
  async find() {
    const known = await this.host.recall().catch(() => null);
    const [body, isHTML] = await Promise.all([this.host.body().catch(() => ''), this.host.isHTML().catch(() => true)]);
    const own = linksIn(ownPart(body, isHTML), this.url);
    const links = own.concat(linksIn(body, this.url).filter((one) => !own.includes(one))).slice(0, 50);
    const ours = links.length > 0 ? (await call('POST', '/add-in/links', { links })).items : [];
    const meant = ours.find((/** @type {any} */ one) => one.delivery === known?.delivery)
      ?? ours.find((/** @type {any} */ one) => one.state === 'draft')
      ?? ours.find((/** @type {any} */ one) => own.includes(one.link));
    const id = meant?.delivery ?? known?.delivery;
    if (!id) return 'none';
    try {
      this.take(await call('GET', `/deliveries/${id}`));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      await this.host.remember(null).catch(() => {});
      return 'gone';
    }
    if (!meant) {
      if (this.isOpen) return this.model.insertedAt ? 'cut' : 'begun';
      // It left with another mail, and here there is nothing of it.
      await this.forget();
      return 'none';
    }
    this.link = meant.link;
    if (known?.delivery !== id) await this.host.remember({ delivery: id }).catch(() => {});
    return this.isOpen ? 'inserted' : 'copied';
  }

  /**
   * Puts the block into the mail.
   * @param {'cursor' | 'end'} at
   * @param {boolean} reportsSending
   * @param {(link: string) => void} told the link, as soon as there is one
   */
  async insert(at, reportsSending, told) {
    const block = await this.block(reportsSending);
    told(block.link);
    await this.host.insert(block, at);
    const body = await this.host.body();
    if (!linksIn(body, this.url).includes(block.link)) throw new HostProblem('not-inserted');
    this.link = block.link;
    this.isStale = false;
    this.isOfThisMail = true;
    await this.host.remember({ delivery: this.id }).catch(() => {});
  }

  /** Makes the block in the mail say what the delivery is now. @param {boolean} reportsSending */
  async renew(reportsSending) {
    const block = await this.block(reportsSending);
    const [body, isHTML] = await Promise.all([this.host.body(), this.host.isHTML()]);
    const changed = replaceBlock(body, isHTML, this.link, block);
    await this.host.setBody(changed ?? appendBlock(body, isHTML, block));
    this.link = block.link;
    this.isStale = false;
  }

  /** @param {boolean} reportsSending @returns {Promise<{link: string, html: string, text: string}>} */
  async block(reportsSending) {
    const id = await this.identify();
    const [subject, { addresses }] = await Promise.all([this.host.subject(), this.host.recipients()]);
    const answer = await call('POST', `/deliveries/${id}/insertion`, {
      reportsSending, ...(reportsSending ? {} : { recipients: addresses }), ...(subject ? { subject } : {}),
    });
    this.take(answer.delivery);
    return answer;
  }

  /** Takes the block out of the mail, and gives the delivery up if no mail has taken it along yet. */
  async remove() {
    const [body, isHTML] = await Promise.all([this.host.body(), this.host.isHTML()]);
    if (findBlock(body, isHTML, this.link)) {
      await this.host.setBody(removeBlock(body, isHTML, this.link) ?? body);
    } else if (linksIn(ownPart(body, isHTML), this.url).includes(this.link)) {
      throw new HostProblem('not-removed');
    }
    this.link = '';
    if (this.isOpen) await call('DELETE', `/deliveries/${this.id}`).catch(ignoreMissing);
    else if (this.isOfThisMail) await call('POST', `/deliveries/${this.id}/withdraw`).catch(ignoreMissing);
    await this.forget();
  }

  /** Adds recipients to a delivery that no handler will register. */
  async registerRecipients() {
    if (!this.isInserted || this.isOpen) return;
    const { addresses } = await this.host.recipients();
    if (addresses.length > 0) await call('POST', `/deliveries/${this.id}/registration`, { recipients: addresses });
  }

  /** Parts from the delivery without touching it. */
  async forget() {
    this.take(null);
    this.link = '';
    this.isStale = false;
    this.isOfThisMail = false;
    await this.host.remember(null).catch(() => {});
  }
}

/** @param {unknown} error */
function ignoreMissing(error) {
  if (!(error instanceof Problem) || error.status !== 404) throw error;
}

/** Shows to other windows of ours that a delivery is being worked on. @param {string} id @returns {() => void} */
function holdMark(id) {
  let release = () => {};
  const held = new Promise((done) => {
    release = () => done(undefined);
  });
  navigator.locks?.request(`depesche-${id}`, { ifAvailable: true }, () => held).catch(() => {});
  return release;
}

/** Deliveries that some window works on. @returns {Promise<Set<string>>} */
export async function heldDeliveries() {
  const locks = await navigator.locks?.query().catch(() => null);
  return new Set((locks?.held ?? []).map((one) => (one.name ?? '').replace('depesche-', '')));
}
