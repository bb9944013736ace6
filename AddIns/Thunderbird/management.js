// @ts-check
/** The settings of one FileLink account: who is signed in, and how its files are delivered. */
import { call, Problem } from './api.js';
import { accountChoice, keepAccountChoice, keepToken, learnWords, openInstallation } from './installation.js';
import { askingButton, button, notice, paragraph } from './pane-parts.js';
import { problemWords } from './problem-words.js';
import { element, text } from './texts.js';

const messenger = /** @type {any} */ (globalThis).messenger;
const main = /** @type {HTMLElement} */ (document.getElementById('management'));
const account = new URLSearchParams(location.search).get('accountId') ?? '';

async function draw() {
  const { url, isFixed, token } = await openInstallation();
  if (!url || !token) {
    main.replaceChildren(
      paragraph(url ? text('tb.settings.signedOut', { server: new URL(url).host }) : text('tb.settings.noServer')),
      element('div', { class: 'row' }, signInButton()));
    return;
  }
  let offer;
  try {
    offer = await call('GET', '/add-in');
  } catch (error) {
    const isOut = error instanceof Problem && error.status === 401;
    main.replaceChildren(
      notice(isOut ? 'warn' : 'bad', problemWords(error)),
      element('div', { class: 'row' }, isOut ? signInButton() : button(text('tb.settings.again'), draw, { kind: 'primary' })));
    return;
  }
  main.replaceChildren(
    paragraph(text('tb.settings.signedIn', {
      name: offer.account.name || offer.account.email, email: offer.account.email, server: new URL(url).host,
    })),
    await choices(offer),
    element('div', { class: 'row' },
      askingButton(text('tb.settings.signOut'), () => text('tb.settings.signOutAsk'), signOut, { id: 'sign-out' }),
      ...(isFixed ? [] : [button(text('tb.server.change'), openSignIn, { kind: 'small' })])));
}

function openSignIn() {
  return messenger.runtime.sendMessage({ kind: 'signIn' });
}

function signInButton() {
  return button(text('tb.signIn.open'), openSignIn, { kind: 'primary', id: 'sign-in' });
}

async function signOut() {
  // A server that does not answer keeps the token; it can be revoked on the account's page.
  await call('DELETE', '/add-in').catch(() => {});
  await keepToken('');
}

/**
 * Level and lifetime of what goes through this FileLink account.
 * @param {import('./pane-session.js').Offer} offer
 */
async function choices(offer) {
  const chosen = { ...offer.defaults, ...(await accountChoice(account)) };
  const saved = element('span', { class: 'muted', 'aria-live': 'polite' });
  const save = async () => {
    await keepAccountChoice(account, chosen);
    saved.textContent = text('tb.settings.saved');
  };
  const levels = element('fieldset', { class: 'stack' }, element('legend', {}, text('tb.settings.level')));
  for (const level of offer.levels) {
    const radio = element('input', { type: 'radio', name: 'level', value: String(level), id: `level-${level}` });
    radio.checked = level === chosen.level;
    radio.addEventListener('change', () => {
      chosen.level = level;
      void save();
    });
    levels.append(element('label', { class: 'choice', for: `level-${level}` }, radio,
      element('span', {}, element('strong', {}, text(`tb.level.${level}.name`)), element('br'),
        element('span', { class: 'muted' }, text(`tb.level.${level}.meaning`)))));
  }
  const days = element('input', {
    id: 'lifetime', class: 'input input-short', type: 'number', min: '1', max: String(offer.limits.lifetimeDays),
    value: String(Math.min(chosen.lifetimeDays, offer.limits.lifetimeDays)),
  });
  days.addEventListener('change', () => {
    if (!days.reportValidity() || !days.value) return;
    chosen.lifetimeDays = Number(days.value);
    void save();
  });
  const lifetime = element('p', { class: 'row' },
    element('label', { for: 'lifetime' }, text('tb.settings.lifetime')), days,
    element('span', {}, text('tb.settings.days', { most: offer.limits.lifetimeDays })));
  return element('div', { class: 'stack' }, levels, lifetime, saved);
}

await learnWords();
await draw();
messenger.storage.onChanged.addListener((changes) => {
  if (changes.token || changes.url) void draw();
});
