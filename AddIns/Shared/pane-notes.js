// @ts-check
/** What is good to know about this mail before the block goes into it. */
import { notice, paragraph } from './pane-parts.js';
import { addressIn } from './policy.js';
import { element, text } from './texts.js';

export class NotesPart {
  constructor() {
    /** @type {'' | 'copied' | 'sent' | 'cut' | 'gone' | 'begun' | 'withdrawn' | 'expired' | 'other-account'} */
    this.standing = '';
    /** @type {boolean | null} */
    this.isSigned = null;
    /** @type {string[]} */
    this.groups = [];
    /** Domains of recipients to whom nothing may be sent. @type {string[]} */
    this.refused = [];
    this.level = 1;
    this.isInserted = false;
    this.top = element('div', { class: 'notes', role: 'status' });
    this.bottom = element('div', { class: 'notes', 'aria-live': 'polite' });
    this.drawn = '';
  }

  draw() {
    const key = JSON.stringify([this.standing, this.isSigned, this.groups, this.refused, this.level, this.isInserted]);
    // Only when something is different, so that a reader is not told the same again and again.
    if (key === this.drawn) return;
    this.drawn = key;
    const kind = this.standing === 'withdrawn' || this.standing === 'expired' ? 'bad'
      : this.standing === 'sent' || this.standing === 'begun' ? 'info' : 'warn';
    const top = this.standing ? [notice(kind, paragraph(text(`standing.${this.standing}`)))] : [];
    if (this.refused.length > 0) top.push(notice('bad', paragraph(text('recipientsNotAllowed', { domains: this.refused.join(', ') }))));
    this.top.replaceChildren(...top);
    const bottom = [];
    if (this.level === 2) {
      const nameless = this.groups.filter((one) => addressIn(one) === '');
      const lists = this.groups.filter((one) => addressIn(one) !== '');
      if (nameless.length > 0) bottom.push(notice('warn', paragraph(text('groups.nameless', { groups: nameless.join(', ') }))));
      if (lists.length > 0) bottom.push(notice('info', paragraph(text('groups.lists', { groups: lists.join(', ') }))));
    }
    if (this.isSigned) {
      bottom.push(notice('warn', paragraph(text('signed'))));
    } else if (this.isSigned === null && !this.isInserted) {
      bottom.push(element('details', { class: 'small' }, element('summary', {}, text('maybeSignedTitle')),
        paragraph(text('maybeSigned'), 'hint')));
    }
    this.bottom.replaceChildren(...bottom);
    this.bottom.hidden = bottom.length === 0;
    this.top.hidden = top.length === 0;
  }
}
