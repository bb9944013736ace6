// @ts-check
/** Who is signed in, and what the installation offers. */
import { call, connect, Problem } from './api.js';

/**
 * What GET /add-in says.
 * @typedef {object} Offer
 * @property {{id: string, email: string, name: string, language: string}} account
 * @property {string} organisation
 * @property {string} url
 * @property {{level: number, lifetimeDays: number}} defaults
 * @property {{lifetimeDays: number, recipients: number, files: number, fileSize: number, deliverySize: number,
 *   passwordCharacters: number}} limits
 * @property {number[]} levels
 * @property {import('./sender-rules.js').Lists} [fileTypes] missing where an older server answers
 * @property {import('./sender-rules.js').Lists} [recipientDomains]
 * @property {{url: string, width: number, height: number} | null} [logo]
 * @property {import('./policy.js').AttachmentPolicy} policy
 */

/** Dispatches `signedout` when the token turns out to count no longer. */
export class Session extends EventTarget {
  /**
   * @param {import('./mail-host.js').MailHost} host
   * @param {string} url
   */
  constructor(host, url) {
    super();
    this.host = host;
    this.base = `${url}/api/v1`;
    this.hasToken = false;
    /** @type {Offer | null} */
    this.offer = null;
  }

  /** Takes the token that the mail program kept. */
  async open() {
    const token = await this.host.token().catch(() => '');
    this.use(token);
    return this.hasToken;
  }

  /** @param {string} token */
  use(token) {
    this.hasToken = token !== '';
    connect({ base: this.base, token });
  }

  /** A token that was just given. @param {string} token */
  async enter(token) {
    this.use(token);
    await this.host.keepToken(token);
  }

  /** Asks what the installation offers. @returns {Promise<Offer>} */
  async learn() {
    this.offer = /** @type {Offer} */ (await call('GET', '/add-in'));
    void this.host.keepPolicy?.(this.offer.policy).catch(() => {});
    return this.offer;
  }

  /** Signs out for good. */
  async signOut() {
    // A server that cannot be asked now has the token on the account's page, where it can be revoked.
    await call('DELETE', '/add-in').catch(() => {});
    await this.leave();
  }

  /** Forgets the token. */
  async leave() {
    this.use('');
    await this.host.keepToken('').catch(() => {});
    this.dispatchEvent(new Event('signedout'));
  }

  /** Looks whether an error means that one must sign in again. @param {unknown} error @returns {boolean} */
  minds(error) {
    if (!(error instanceof Problem) || error.status !== 401 || !this.hasToken) return false;
    void this.leave();
    return true;
  }
}
