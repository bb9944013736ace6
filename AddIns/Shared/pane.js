// @ts-check
/** The pane of both add-ins: who is signed in, and the view that fits. */
import { Problem } from './api.js';
import { MailView } from './pane-mail.js';
import { button, notice, paragraph } from './pane-parts.js';
import { Session } from './pane-session.js';
import { SignInView } from './pane-sign-in.js';
import { problemWords } from './problem-words.js';
import { element, icon, text } from './texts.js';

const tryAgainAfter = 10_000;

/**
 * Starts the pane in the page's `<main id="pane">`.
 * @param {import('./mail-host.js').MailHost} host
 * @param {{url: string, organisation: string}} installation
 */
export async function startPane(host, installation) {
  const pane = new Pane(host, installation);
  await pane.open();
  return pane;
}

class Pane {
  /**
   * @param {import('./mail-host.js').MailHost} host
   * @param {{url: string, organisation: string}} installation
   */
  constructor(host, installation) {
    this.host = host;
    this.url = installation.url;
    this.session = new Session(host, installation.url);
    this.signIn = new SignInView(host, this.session, installation.organisation, () => void this.load());
    /** @type {MailView | null} */
    this.mail = null;
    this.trouble = element('section', { class: 'view', tabindex: '-1' });
    this.account = element('details', { class: 'account' });
    this.account.hidden = true;
    this.body = element('div', { class: 'pane-body' });
    this.brand = element('p', { class: 'brand' }, icon('depesche'), element('span', {}, installation.organisation));
    this.organisation = installation.organisation;
    const root = document.getElementById('pane');
    root?.replaceChildren(element('header', { class: 'pane-head' }, this.brand, this.account), this.body);
    if (host.theme) document.documentElement.dataset.theme = host.theme;
    this.session.addEventListener('signedout', () => {
      this.signIn.show(this.isLeaving ? '' : 'ended');
      this.show(this.signIn.element);
      this.signIn.element.focus();
    });
    document.addEventListener('click', (event) => {
      if (this.account.open && event.target instanceof Node && !this.account.contains(event.target)) this.account.open = false;
    });
    this.isLeaving = false;
  }

  async open() {
    if (await this.session.open()) return this.load();
    this.signIn.show();
    this.show(this.signIn.element);
  }

  /** One view is seen; the others keep what was typed. @param {HTMLElement} view */
  show(view) {
    if (!view.isConnected) this.body.append(view);
    for (const one of this.body.children) if (one instanceof HTMLElement) one.hidden = one !== view;
    this.account.hidden = view !== this.mail?.element;
    this.view = view;
  }

  /** Asks the server what it offers, and opens the mail. */
  async load() {
    clearTimeout(this.timer);
    try {
      await this.session.learn();
    } catch (error) {
      if (!this.session.minds(error)) this.refuse(error);
      return;
    }
    this.isLeaving = false;
    this.drawAccount();
    this.drawBrand();
    const isFirst = !this.mail;
    this.mail ??= new MailView(this.host, this.session, this.url);
    this.show(this.mail.element);
    this.mail.draw();
    try {
      await this.mail.open();
    } catch (error) {
      if (!this.session.minds(error)) this.refuse(error);
      return;
    }
    if (!isFirst) this.mail.element.focus();
  }

  /** The server does not answer, or the account may not. @param {unknown} error */
  refuse(error) {
    const isForbidden = error instanceof Problem && error.status === 403;
    const isPassing = error instanceof Problem && error.isTemporary;
    const title = element('h1', {}, text(isForbidden ? 'forbidden.title' : 'noServer.title'));
    const again = button(text('tryAgain'), () => void this.load(), { kind: 'primary', id: 'try-again' });
    const content = [title, notice(isForbidden ? 'warn' : 'bad', paragraph(problemWords(error)))];
    if (isPassing) content.push(paragraph(text('noServer.advice', { url: this.url }), 'hint'));
    content.push(again);
    if (isForbidden) content.push(button(text('otherAccount'), () => this.leave(), { id: 'other-account' }));
    this.trouble.replaceChildren(...content);
    this.show(this.trouble);
    if (isPassing) this.timer = setTimeout(() => void this.load(), tryAgainAfter);
  }

  /** The logo of the organisation in place of its name; the name again, if the picture does not come. */
  drawBrand() {
    const name = element('span', {}, this.session.offer?.organisation || this.organisation);
    const logo = this.session.offer?.logo;
    if (!logo) {
      this.brand.replaceChildren(icon('depesche'), name);
      return;
    }
    const picture = element('img', {
      class: 'logo', src: logo.url, alt: name.textContent ?? '', width: String(logo.width), height: String(logo.height),
    });
    picture.addEventListener('error', () => this.brand.replaceChildren(icon('depesche'), name));
    this.brand.replaceChildren(picture);
  }

  drawAccount() {
    const account = this.session.offer?.account;
    const summary = element('summary', { 'aria-label': text('account', { email: account?.email ?? '' }) }, icon('person'));
    this.account.replaceChildren(summary, element('div', { class: 'account-card' },
      element('p', { class: 'account-name' }, account?.name || account?.email || ''),
      element('p', { class: 'muted small' }, account?.email ?? ''),
      button(text('deliveries'), () => this.host.openPage(`${this.url}/deliveries`).catch(() => {}), { kind: 'link' }),
      button(text('signOut'), () => this.leave(), { kind: 'link', id: 'sign-out' })));
    this.account.open = false;
  }

  async leave() {
    this.isLeaving = true;
    await this.session.signOut();
  }
}
