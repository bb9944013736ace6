// @ts-check
/** How safe, how long, with or without a password, and whether the sender is told. */
import { day } from './pane-parts.js';
import { fieldWords } from './problem-words.js';
import { element, icon, number, text } from './texts.js';

const saveAfter = 700;

/** Dispatches `change` at once and `save` when the person pauses. */
export class ChoicesPart extends EventTarget {
  constructor() {
    super();
    this.hasPassword = false;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.levels = element('div', { class: 'choice' });
    this.days = element('input', { type: 'number', id: 'lifetime', min: '1', inputmode: 'numeric', 'aria-describedby': 'lifetime-hint lifetime-error' });
    this.daysHint = element('p', { class: 'hint', id: 'lifetime-hint' });
    this.daysError = element('p', { class: 'field-error', id: 'lifetime-error' });
    this.password = element('input', {
      type: 'text', id: 'password', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none', 'aria-describedby': 'password-hint password-error',
    });
    this.passwordHint = element('p', { class: 'hint', id: 'password-hint' });
    this.passwordError = element('p', { class: 'field-error', id: 'password-error' });
    this.passwordField = element('div', { class: 'field' },
      element('label', { for: 'password' }, text('password'), ' ', element('span', { class: 'label-note' }, `(${text('optional')})`)),
      this.password, this.passwordHint, this.passwordError);
    this.notify = element('input', { type: 'checkbox', id: 'notify' });
    this.notify.checked = true;
    this.fields = element('div', { class: 'part-body' },
      element('fieldset', { id: 'level' }, element('legend', {}, text('level')), this.levels),
      this.passwordField,
      element('div', { class: 'field' }, element('label', { for: 'lifetime' }, text('lifetime')),
        element('div', { class: 'with-suffix' }, this.days, element('span', {}, text('days'))), this.daysHint, this.daysError),
      element('div', { class: 'check' }, this.notify, element('label', { for: 'notify' }, text('notify'))));
    /** What holds, once it can no longer be changed. */
    this.summary = element('div', { class: 'part-body' });
    this.summary.hidden = true;
    this.element = element('section', { class: 'part' }, this.fields, this.summary);
    this.days.addEventListener('input', () => this.touched());
    this.password.addEventListener('input', () => this.touched('password'));
    this.notify.addEventListener('change', () => this.touched());
  }

  /** @param {import('./pane-session.js').Offer} offer */
  furnish(offer) {
    this.offer = offer;
    const chosen = this.level || offer.defaults.level;
    this.levels.replaceChildren(...offer.levels.map((level) => this.card(level, level === chosen)));
    this.days.max = String(offer.limits.lifetimeDays);
    if (!this.days.value) this.days.value = String(offer.defaults.lifetimeDays);
    this.draw();
  }

  /** @param {number} level @param {boolean} isChosen */
  card(level, isChosen) {
    const input = element('input', { type: 'radio', name: 'level', value: String(level), 'aria-describedby': `level-${level}-hint` });
    input.checked = isChosen;
    input.addEventListener('change', () => this.touched());
    return element('label', { class: 'choice-card' }, input, element('span', {},
      element('strong', {}, text(`levelName.${level}`)), element('span', { class: 'hint', id: `level-${level}-hint` }, text(`levelHint.${level}`))));
  }

  get level() {
    const chosen = this.levels.querySelector('input:checked');
    return chosen instanceof HTMLInputElement ? Number(chosen.value) : 0;
  }

  /** @returns {import('./mail-delivery.js').Choices} */
  get value() {
    const level = this.level || 1;
    return {
      level,
      notifiesSender: this.notify.checked,
      // What is not right yet must not keep the files from their way; the block waits for it.
      lifetimeDays: this.isDaysRight ? Number(this.days.value) : (this.offer?.defaults.lifetimeDays ?? 30),
      ...(level !== 1 ? { password: '' } : this.isPasswordRight ? { password: this.password.value } : {}),
    };
  }

  get isDaysRight() {
    const days = Number(this.days.value);
    return Number.isInteger(days) && days >= 1 && days <= (this.offer?.limits.lifetimeDays ?? days);
  }

  get isPasswordRight() {
    const { length } = [...this.password.value];
    return this.level !== 1 || length === 0 || length >= (this.offer?.limits.passwordCharacters ?? 0);
  }

  /** What is still wrong, in words. */
  get mistake() {
    if (!this.isDaysRight) return text('lifetimeRange', { most: number(this.offer?.limits.lifetimeDays ?? 0) });
    if (!this.isPasswordRight) return text('passwordShort', { least: number(this.offer?.limits.passwordCharacters ?? 0) });
    return '';
  }

  /** Shows what a delivery says. @param {any} model */
  show(model) {
    const card = this.levels.querySelector(`input[value="${model.level}"]`);
    if (card instanceof HTMLInputElement) card.checked = true;
    this.days.value = String(model.lifetimeDays);
    this.notify.checked = model.notifiesSender;
    this.hasPassword = model.hasPassword === true;
    this.draw();
  }

  /** @param {'password' | ''} [what] */
  touched(what = '') {
    this.complain(null);
    this.draw();
    this.dispatchEvent(new CustomEvent('change', { detail: what }));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.mistake) this.dispatchEvent(new Event('save'));
    }, saveAfter);
  }

  /** What the server does not take, beside its field. @param {unknown} error @returns {boolean} whether it was one of them */
  complain(error) {
    const days = fieldWords(error, 'lifetimeDays');
    const password = fieldWords(error, 'password');
    mark(this.days, this.daysError, days);
    mark(this.password, this.passwordError, password);
    return days !== '' || password !== '';
  }

  draw() {
    this.passwordField.hidden = this.level !== 1;
    this.passwordHint.textContent = text(this.hasPassword && this.password.value === '' ? 'passwordKept' : 'passwordHint');
    this.daysHint.textContent = this.isDaysRight
      ? text('lifetimeUntil', { day: day(new Date(Date.now() + Number(this.days.value) * 86_400_000)) })
      : text('lifetimeRange', { most: number(this.offer?.limits.lifetimeDays ?? 0) });
  }

  /** Shows the choices as they are, or lets them be changed. @param {any} model null: they can be changed */
  lock(model) {
    this.fields.hidden = model !== null;
    this.summary.hidden = model === null;
    if (!model) return;
    const facts = [text(`levelHint.${model.level}`)];
    if (model.hasPassword) facts.push(text('passwordSet'));
    if (model.expiresAt) facts.push(text('until', { day: day(new Date(model.expiresAt)) }));
    facts.push(text(model.notifiesSender ? 'notifies' : 'notifiesNot'));
    this.summary.replaceChildren(element('h2', {}, text('level')),
      element('p', {}, element('strong', {}, text(`levelName.${model.level}`))),
      ...facts.map((one) => element('p', { class: 'hint' }, one)));
  }
}

/** @param {HTMLElement} field @param {HTMLElement} place @param {string} words */
function mark(field, place, words) {
  if (words) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  place.replaceChildren(...(words ? [icon('warning'), words] : []));
}
