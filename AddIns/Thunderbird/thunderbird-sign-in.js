// @ts-check
/** The window in which one names the server, where none was built in, and signs in once. */
import { call, connect, Problem } from './api.js';
import { keepServer, keepToken, learnWords, openInstallation } from './installation.js';
import { button, notice, paragraph } from './pane-parts.js';
import { problemWords } from './problem-words.js';
import { awaitSignIn, beginSignIn } from './sign-in.js';
import { element, text } from './texts.js';

const messenger = /** @type {any} */ (globalThis).messenger;
const main = /** @type {HTMLElement} */ (document.getElementById('sign-in'));
/** Ends the wait for the person. */
let waiting = new AbortController();

/** @param {string} title @param {(Node | string)[]} content */
function show(title, ...content) {
  document.title = title;
  main.replaceChildren(element('h1', {}, title), ...content);
}

/** The address that somebody typed, as the extension keeps it; empty if it is none. @param {string} typed */
function addressIn(typed) {
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`);
    return /^https?:$/.test(url.protocol) ? url.origin : '';
  } catch {
    return '';
  }
}

/** @param {string} known */
function askServer(known) {
  const field = element('input', {
    id: 'server', type: 'url', class: 'input', value: known, autocomplete: 'off', spellcheck: 'false',
    placeholder: 'https://depesche.example', 'aria-describedby': 'server-hint',
  });
  const complaint = element('div', { 'aria-live': 'assertive' });
  const form = element('form', { class: 'stack' },
    element('label', { for: 'server' }, text('tb.server.label')), field,
    element('p', { class: 'muted', id: 'server-hint' }, text('tb.server.hint')), complaint,
    element('button', { class: 'button button-primary', id: 'use-server' }, text('tb.server.use')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const url = addressIn(field.value);
    if (!url) {
      complaint.replaceChildren(notice('bad', text('tb.server.wrong')));
      return;
    }
    complaint.replaceChildren(notice('info', text('tb.server.asks', { server: url })));
    // Thunderbird asks the person; that must come straight from the click.
    messenger.permissions.request({ origins: [`${url.replace(/:\d+$/, '')}/*`] }).then(async (granted) => {
      if (!granted) {
        complaint.replaceChildren(notice('warn', text('tb.server.refused', { server: url })));
        return;
      }
      connect({ base: `${url}/api/v1`, token: '' });
      const answer = await call('GET', '/add-in').catch((error) => error);
      // Whoever is not signed in yet is told just that, and by nothing but a Depesche.
      if (answer instanceof Problem && answer.status === 401) {
        await keepServer(url);
        await signIn();
      } else {
        const isSilent = answer instanceof Problem && answer.isTemporary;
        complaint.replaceChildren(notice('bad', text(isSilent ? 'tb.server.silent' : 'tb.server.other', { server: url })));
      }
    });
  });
  show(text('tb.server.title'), form);
  field.focus();
}

async function signIn() {
  const { url, isFixed } = await openInstallation();
  connect({ base: `${url}/api/v1`, token: '' });
  const other = isFixed ? [] : [button(text('tb.server.change'), () => {
    waiting.abort();
    askServer(url);
  }, { kind: 'link' })];
  let request;
  try {
    request = await beginSignIn('thunderbird');
  } catch (error) {
    show(text('tb.signIn.title'), notice('bad', problemWords(error)),
      element('div', { class: 'row' }, button(text('tb.signIn.again'), signIn, { kind: 'primary' }), ...other));
    return;
  }
  const open = () => messenger.runtime.sendMessage({ kind: 'openPage', url: request.url });
  const state = element('div', { 'aria-live': 'polite' }, paragraph(text('tb.signIn.waiting'), 'muted'));
  show(text('tb.signIn.title'),
    paragraph(text('tb.signIn.steps', { server: new URL(url).host })),
    element('p', { class: 'code', id: 'code', 'aria-label': text('tb.signIn.code') }, request.code),
    paragraph(text('tb.signIn.compare'), 'muted'),
    element('div', { class: 'row' }, button(text('tb.signIn.page'), open, { kind: 'primary', id: 'open-page' }), ...other), state);
  waiting.abort();
  waiting = new AbortController();
  const answer = await awaitSignIn(request, waiting.signal, (isReachable) => {
    state.replaceChildren(isReachable ? paragraph(text('tb.signIn.waiting'), 'muted') : notice('warn', text('unreachable')));
  });
  if (answer.state === 'cancelled') return;
  if (answer.state !== 'approved') {
    show(text('tb.signIn.title'), notice('warn', text(`tb.signIn.${answer.state}`)),
      element('div', { class: 'row' }, button(text('tb.signIn.again'), signIn, { kind: 'primary' }), ...other));
    return;
  }
  await keepToken(answer.token);
  await done();
}

/** Closes the window, or the tab. */
async function close() {
  window.close();
  const tab = await messenger.tabs.getCurrent();
  await messenger.tabs.remove(tab.id);
}

async function done() {
  const offer = await call('GET', '/add-in').catch(() => null);
  show(text('tb.signIn.done'),
    notice('good', offer
      ? text('tb.signIn.who', { name: offer.account.name || offer.account.email, organisation: offer.organisation })
      : text('tb.signIn.done')),
    paragraph(text('tb.signIn.next')),
    element('div', { class: 'row' }, button(text('tb.close'), close, { kind: 'primary', id: 'close' })));
}

await learnWords();
const { url, isFixed } = await openInstallation();
if (url || isFixed) await signIn();
else askServer('');
