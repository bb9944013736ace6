// @ts-check
/** The small parts that the pane is made of. */
import { element, icon, text } from './texts.js';

/**
 * @param {string} words
 * @param {() => unknown} work
 * @param {{kind?: 'primary' | 'danger' | 'small' | 'link', sign?: string, id?: string}} [options]
 */
export function button(words, work, options = {}) {
  const kind = options.kind === 'link' ? 'link-button' : options.kind ? `button button-${options.kind}` : 'button';
  const made = element('button', { type: 'button', class: kind });
  if (options.id) made.id = options.id;
  if (options.sign) made.append(icon(options.sign));
  made.append(element('span', {}, words));
  made.addEventListener('click', () => {
    if (made.getAttribute('aria-disabled') !== 'true') void work();
  });
  return made;
}

/** @param {HTMLElement} made @param {string} words */
export function rename(made, words) {
  const label = made.querySelector('span');
  if (label && label.textContent !== words) label.textContent = words;
}

/**
 * A remark with a sign and a word, so that it does not live by its colour.
 * @param {'good' | 'info' | 'warn' | 'bad'} kind
 * @param {(Node | string)[]} content
 */
export function notice(kind, ...content) {
  const sign = { good: 'check-circle', info: 'info', warn: 'warning', bad: 'stop' }[kind];
  return element('div', { class: `notice notice-${kind}` }, icon(sign), element('div', {}, ...content));
}

/**
 * A remark with a title and something to do, as wide as the pane.
 * @param {'info' | 'warn'} kind
 * @param {string} title
 * @param {(Node | string)[]} content
 */
export function card(kind, title, ...content) {
  return element('div', { class: `notice notice-card notice-${kind}` },
    element('h2', { class: 'notice-title' }, icon(kind === 'warn' ? 'warning' : 'info'), element('span', {}, title)), ...content);
}

/** @param {string} words @param {string} [kind] */
export function paragraph(words, kind = '') {
  return element('p', kind ? { class: kind } : {}, words);
}

/**
 * A button that asks once: the first press names what would be lost, the second does it.
 * @param {string} words
 * @param {() => string} question
 * @param {() => unknown} work
 * @param {{kind?: 'small' | 'link', id?: string}} [options]
 */
export function askingButton(words, question, work, options = {}) {
  const box = element('span', { class: 'asking' });
  const ask = button(words, () => {
    box.replaceChildren(element('span', { class: 'asking-words', role: 'alert' }, question()), yes, no);
    no.focus();
  }, { kind: options.kind ?? 'small', id: options.id });
  const yes = button(words, () => {
    box.replaceChildren(ask);
    return work();
  }, { kind: 'danger' });
  yes.classList.add('button-small');
  const no = button(text('keep'), () => {
    box.replaceChildren(ask);
    ask.focus();
  }, { kind: 'small' });
  box.append(ask);
  return box;
}

/** How long ago, in the page's language. @param {string} time */
export function ago(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000;
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || 'en', { numeric: 'auto' });
  if (seconds < 90) return text('justNow');
  if (seconds < 5400) return words.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 129_600) return words.format(-Math.round(seconds / 3600), 'hour');
  return words.format(-Math.round(seconds / 86_400), 'day');
}

/** A day in the page's language. @param {Date} date */
export function day(date) {
  return new Intl.DateTimeFormat(document.documentElement.lang || 'en', { dateStyle: 'long' }).format(date);
}
