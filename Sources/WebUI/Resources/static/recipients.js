// @ts-check
/**
 * The recipients of a delivery as chips above the text field, which keeps the list and works without this script.
 * Pasted lists are read by the server, so that there is one judgement of what an address is.
 */
import { call } from './api.js';
import { allowsDomain } from './sender-rules.js';
import { element, hasText, icon, plural, text } from './texts.js';

/** Beyond that many chips a page only gets slow; the rest is counted. */
const mostChips = 200;
const suggestAfter = 180;
const recheckAfter = 4_000;

/**
 * @typedef {object} Entry
 * @property {string} text as typed, or as the server writes it
 * @property {string | null} email
 * @property {string | null} problem
 */

/** The problem of a recipient to whom the sender's policy lets nothing be sent. */
const notAllowed = 'not-allowed';

/** @param {Entry} entry */
function domainOf(entry) {
  return (entry.email ?? '').split('@').pop()?.trim() ?? '';
}

export class Recipients {
  /**
   * @param {HTMLTextAreaElement} field
   * @param {import('./sender-rules.js').Lists} domains where the sender may send to
   * @param {() => void} changed
   */
  constructor(field, domains, changed) {
    this.field = field;
    this.domains = domains;
    this.changed = changed;
    /** @type {Entry[]} */
    this.entries = [];
    this.duplicates = 0;
    this.reading = 0;
    /** @type {{text: string, email: string}[]} */
    this.suggestions = [];
    this.selected = -1;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.asked = 0;
    /** @type {number | undefined} */
    this.recheck = undefined;

    this.list = element('ul', { 'aria-label': text('recipients') });
    this.input = element('input', {
      id: 'recipients-input', type: 'text', role: 'combobox', autocomplete: 'off', autocapitalize: 'none',
      spellcheck: 'false', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
      'aria-controls': 'recipients-suggestions', inputmode: 'email',
      'aria-describedby': `${field.getAttribute('aria-describedby') ?? ''} recipients-problems`.trim(),
    });
    this.popup = element('ul', {
      id: 'recipients-suggestions', class: 'suggestions', role: 'listbox', 'aria-label': text('suggestions'),
    });
    this.popup.hidden = true;
    this.box = element('div', { class: 'chips-box' }, this.list, this.input, this.popup);
    this.problems = element('div', { id: 'recipients-problems' });
    this.told = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
    field.after(this.box, this.problems, this.told);
    field.hidden = true;
    document.querySelector(`label[for="${field.id}"]`)?.setAttribute('for', this.input.id);
    // The server's word beside the field is repeated at the chips.
    document.getElementById('recipients-error')?.remove();
    if (field.getAttribute('aria-invalid')) this.input.setAttribute('aria-invalid', 'true');

    this.box.addEventListener('click', (event) => {
      if (event.target === this.box || event.target === this.list) this.input.focus();
    });
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('paste', (event) => this.paste(event));
    this.input.addEventListener('blur', () => {
      this.close();
      void this.take(this.input.value);
    });
    if (field.value.trim()) {
      const typed = field.value;
      void this.read(typed);
    }
  }

  /** How many people the delivery goes to. */
  get count() {
    return this.entries.filter((one) => !one.problem).length;
  }

  get mistakes() {
    return this.entries.length - this.count;
  }

  /** Whether something is typed or being read that is not in the list yet. */
  get isUnsettled() {
    return this.reading > 0 || this.input.value.trim() !== '';
  }

  /** Takes what still stands in the input; resolves when the list is settled. */
  async settle() {
    await this.take(this.input.value);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const isOpen = !this.popup.hidden;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (!isOpen) return;
        event.preventDefault();
        this.select((this.selected + (event.key === 'ArrowDown' ? 1 : -1) + this.suggestions.length)
          % this.suggestions.length);
        return;
      case 'Escape':
        if (isOpen) {
          event.preventDefault();
          this.close();
        }
        return;
      case 'Enter':
      case ',':
      case ';':
        if (event.isComposing) return;
        if (event.key === 'Enter' && isOpen && this.selected >= 0) {
          event.preventDefault();
          this.choose(this.selected);
          return;
        }
        // A comma inside quotes or before the address belongs to the name: "Sommer, Anna" <a@b>.
        if (event.key === ',' && !this.input.value.includes('@')) return;
        event.preventDefault();
        void this.take(this.input.value);
        return;
      case 'Backspace':
        if (this.input.value === '' && this.entries.length > 0) {
          event.preventDefault();
          this.edit(this.entries.length - 1);
        }
    }
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    if (!pasted.includes('@')) return;
    event.preventDefault();
    void this.take(`${this.input.value}${pasted}`);
  }

  /** Puts typed text into the list. @param {string} typed */
  async take(typed) {
    this.close();
    const trimmed = typed.trim();
    if (trimmed === '') return;
    this.input.value = '';
    await this.read(trimmed);
  }

  /** @param {string} typed */
  async read(typed) {
    this.reading += 1;
    /** @type {Entry[]} */
    let found;
    let folded = 0;
    try {
      const answer = await call('POST', '/recipients/check', { text: typed });
      found = answer.entries;
      folded = answer.duplicates;
    } catch {
      // No connection: kept as typed, and judged as soon as the server answers again.
      clearTimeout(this.recheck);
      this.recheck = setTimeout(() => {
        const all = this.field.value;
        this.entries = [];
        void this.read(all);
      }, recheckAfter);
      found = typed.split(/[;\n]/).map((one) => one.trim()).filter(Boolean)
        .map((one) => ({ text: one, email: one, problem: null }));
    }
    this.reading -= 1;
    const known = new Set(this.entries.map((one) => one.email?.toLowerCase()).filter(Boolean));
    for (const entry of found) {
      const address = entry.email?.toLowerCase();
      if (address && known.has(address)) {
        folded += 1;
        continue;
      }
      if (address) known.add(address);
      this.entries.push(this.judged(entry));
    }
    this.update();
    const words = [plural('recipientCount', this.count)];
    if (folded > 0) words.push(plural('folded', folded));
    if (this.mistakes > 0) words.push(plural('mistakes', this.mistakes));
    this.told.textContent = words.join(' ');
  }

  /** An entry with what the sender's policy says of it, before anything is uploaded. @param {Entry} entry @returns {Entry} */
  judged(entry) {
    return entry.problem || allowsDomain(this.domains, domainOf(entry)) ? entry : { ...entry, problem: notAllowed };
  }

  /** @param {number} index */
  remove(index) {
    const [gone] = this.entries.splice(index, 1);
    this.update();
    this.told.textContent = text('removed', { what: gone.text });
    this.input.focus();
  }

  /** Back into the input, to be changed. @param {number} index */
  edit(index) {
    const [entry] = this.entries.splice(index, 1);
    this.update();
    this.input.value = entry.text;
    this.input.focus();
    this.input.setSelectionRange(entry.text.length, entry.text.length);
    this.changed();
  }

  update() {
    this.field.value = this.entries.map((one) => one.text).join('\n');
    this.draw();
    this.changed();
  }

  draw() {
    const chips = this.entries.slice(0, mostChips).map((entry, index) => this.chip(entry, index));
    const more = this.entries.length - mostChips;
    if (more > 0) chips.push(element('li', { class: 'chip' }, element('span', { class: 'chip-text' }, plural('more', more))));
    this.list.replaceChildren(...chips);
    const wrong = this.entries.filter((one) => one.problem);
    this.problems.replaceChildren(...wrong.slice(0, 3).map((one) => {
      if (one.problem === notAllowed) {
        const words = text('recipientNotAllowed', { domain: domainOf(one), text: one.text });
        return element('p', { class: 'field-error' }, icon('warning'), words);
      }
      const key = `address.${one.problem}`;
      const words = hasText(key) ? text(key, { text: one.text }) : text('addressUnclear', { text: one.text });
      return element('p', { class: 'field-error' }, icon('warning'), words);
    }));
    if (wrong.length > 0) this.input.setAttribute('aria-invalid', 'true');
    else this.input.removeAttribute('aria-invalid');
  }

  /** @param {Entry} entry @param {number} index */
  chip(entry, index) {
    const label = element('button', { type: 'button', class: 'chip-text', title: entry.text }, entry.text);
    label.setAttribute('aria-label', text(entry.problem ? 'editMistake' : 'edit', { what: entry.text }));
    label.addEventListener('click', () => this.edit(index));
    const remove = element('button', { type: 'button', class: 'chip-remove' }, icon('cross'));
    remove.setAttribute('aria-label', text('remove', { what: entry.text }));
    remove.addEventListener('click', () => this.remove(index));
    const chip = element('li', { class: entry.problem ? 'chip chip-bad' : 'chip' }, label, remove);
    if (entry.problem) chip.prepend(icon('warning'));
    return chip;
  }

  typed() {
    clearTimeout(this.timer);
    this.changed();
    const typed = this.input.value.trim();
    if (typed.length < 2) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => void this.suggest(typed), suggestAfter);
  }

  /** @param {string} typed */
  async suggest(typed) {
    const turn = (this.asked += 1);
    try {
      const found = await call('GET', `/recipients/suggestions?q=${encodeURIComponent(typed)}`);
      if (turn !== this.asked || this.input.value.trim() !== typed || document.activeElement !== this.input) return;
      const known = new Set(this.entries.map((one) => one.email?.toLowerCase()));
      this.suggestions = found.filter((/** @type {Entry} */ one) => !known.has(one.email?.toLowerCase())).slice(0, 8);
      this.open();
    } catch {
      this.close();
    }
  }

  open() {
    if (this.suggestions.length === 0) {
      this.close();
      return;
    }
    this.selected = -1;
    this.popup.replaceChildren(...this.suggestions.map((one, index) => {
      const option = element('li', { id: `recipient-${index}`, role: 'option', 'aria-selected': 'false' }, one.text);
      // Before the input loses its focus.
      option.addEventListener('mousedown', (event) => {
        event.preventDefault();
        this.choose(index);
      });
      return option;
    }));
    this.popup.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.input.removeAttribute('aria-activedescendant');
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.popup.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {number} index */
  select(index) {
    this.selected = index;
    [...this.popup.children].forEach((option, at) => {
      option.setAttribute('aria-selected', String(at === index));
      if (at === index) option.scrollIntoView({ block: 'nearest' });
    });
    this.input.setAttribute('aria-activedescendant', `recipient-${index}`);
  }

  /** @param {number} index */
  choose(index) {
    const { text: chosen, email } = this.suggestions[index];
    this.input.value = '';
    this.close();
    this.entries.push(this.judged({ text: chosen, email, problem: null }));
    this.update();
    this.told.textContent = plural('recipientCount', this.count);
    this.input.focus();
  }
}
