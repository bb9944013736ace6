// @ts-check
/** The view that signs in: a button, then the code that is compared, then waiting. */
import { notice, button, paragraph } from './pane-parts.js';
import { problemWords } from './problem-words.js';
import { awaitSignIn, beginSignIn } from './sign-in.js';
import { element, icon, text } from './texts.js';

export class SignInView {
  /**
   * @param {import('./mail-host.js').MailHost} host
   * @param {import('./pane-session.js').Session} session
   * @param {string} organisation
   * @param {() => void} entered
   */
  constructor(host, session, organisation, entered) {
    this.host = host;
    this.session = session;
    this.organisation = organisation;
    this.entered = entered;
    /** @type {AbortController | null} */
    this.waiting = null;
    this.element = element('section', { class: 'view sign-in', 'aria-labelledby': 'sign-in-title', tabindex: '-1' });
  }

  /** The first step. @param {'' | 'ended' | 'refused' | 'expired'} [why] @param {string} [problem] */
  show(why = '', problem = '') {
    this.waiting?.abort();
    this.waiting = null;
    const content = [
      element('h1', { id: 'sign-in-title' }, text('signIn.title')),
      paragraph(text('signIn.lead', { organisation: this.organisation }), 'lead'),
    ];
    if (why) content.push(notice(why === 'ended' ? 'info' : 'warn', paragraph(text(`signIn.${why}`))));
    if (problem) content.push(notice('bad', paragraph(problem)));
    this.start = button(text('signIn.start'), () => this.begin(), { kind: 'primary', id: 'sign-in' });
    this.start.classList.add('button-wide');
    content.push(this.start, paragraph(text('signIn.once'), 'hint'));
    this.element.replaceChildren(...content);
  }

  async begin() {
    this.start?.setAttribute('aria-disabled', 'true');
    let request;
    try {
      this.session.use('');
      request = await beginSignIn(this.host.client);
    } catch (error) {
      this.show('', problemWords(error));
      return;
    }
    const waiting = new AbortController();
    this.waiting = waiting;
    this.compare(request);
    void this.open(request);
    const result = await awaitSignIn(request, waiting.signal, (isReachable) => {
      if (this.state) this.state.textContent = text(isReachable ? 'signIn.waiting' : 'signIn.offline');
    });
    if (result.state === 'cancelled') return;
    this.host.closePage();
    if (result.state !== 'approved') {
      this.show(result.state);
      this.element.focus();
      return;
    }
    try {
      await this.session.enter(result.token);
    } catch {
      // Signed in all the same; the next window will ask again.
    }
    this.entered();
  }

  /** The code, for as long as it takes. @param {import('./sign-in.js').SignInRequest} request */
  compare(request) {
    this.state = element('span', {}, text('signIn.waiting'));
    this.page = element('div', { 'aria-live': 'polite' });
    const again = button(text('signIn.openAgain'), () => this.open(request), { kind: 'primary', id: 'open-page' });
    again.classList.add('button-wide');
    const cancel = button(text('cancel'), () => {
      this.host.closePage();
      this.show();
      this.start?.focus();
    }, { id: 'cancel-sign-in' });
    cancel.classList.add('button-wide');
    this.element.replaceChildren(
      element('h1', { id: 'sign-in-title' }, text('signIn.compareTitle')),
      paragraph(text('signIn.compare'), 'lead'),
      element('p', { class: 'code', id: 'sign-in-code', 'aria-label': text('signIn.code', { code: spelled(request.code) }) },
        request.code),
      element('p', { class: 'status status-active', role: 'status' }, icon('clock'), this.state),
      this.page, again, cancel, paragraph(text('signIn.warning'), 'hint'));
    this.element.focus();
  }

  /** @param {import('./sign-in.js').SignInRequest} request */
  async open(request) {
    try {
      await this.host.openPage(request.url);
      this.page?.replaceChildren();
    } catch {
      // Without a window of our own: the address, to open by hand.
      this.page?.replaceChildren(notice('warn', paragraph(text('signIn.noWindow')),
        element('p', { class: 'address' }, element('a', { href: request.url, target: '_blank', rel: 'noopener' }, request.url))));
    }
  }
}

/** A code for the ear. @param {string} code */
function spelled(code) {
  return [...code].map((one) => (one === '-' ? ',' : one)).join(' ');
}
