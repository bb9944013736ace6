// @ts-check
/** Deliveries that were begun for a mail which was closed: they are offered again. */
import { call } from './api.js';
import { heldDeliveries } from './mail-delivery.js';
import { ago, askingButton, button, card, paragraph } from './pane-parts.js';
import { problemWords } from './problem-words.js';
import { element, plural, size, text } from './texts.js';

const most = 3;

export class DraftsPart {
  /** @param {(id: string) => Promise<void>} goOn */
  constructor(goOn) {
    this.goOn = goOn;
    this.element = element('div', { class: 'drafts' });
    this.element.hidden = true;
  }

  /** Asks the server which there are. @param {string} own the delivery of this mail */
  async refresh(own) {
    let items = [];
    try {
      const held = await heldDeliveries();
      const answer = await call('GET', '/deliveries?state=drafts&limit=50');
      items = answer.items.filter((/** @type {any} */ one) => one.path === 'addIn' && !one.insertedAt
        && one.id !== own && !held.has(one.id) && count(one) > 0);
    } catch {
      // An offer only; what the person is about to do will tell what is wrong.
    }
    this.draw(items.slice(0, most));
  }

  hide() {
    this.draw([]);
  }

  /** @param {any[]} items */
  draw(items) {
    this.element.replaceChildren(...items.map((one) => this.offer(one)));
    this.element.hidden = items.length === 0;
  }

  /** @param {any} item */
  offer(item) {
    const trouble = element('div', { 'aria-live': 'assertive' });
    /** @param {() => Promise<unknown>} work */
    const attempt = async (work) => {
      try {
        await work();
        offer.remove();
        this.element.hidden = this.element.childElementCount === 0;
      } catch (error) {
        trouble.replaceChildren(paragraph(problemWords(error), 'field-error'));
      }
    };
    const offer = card('info', text('draft.title'),
      paragraph(text('draft.what', {
        subject: item.subject || text('noSubject'), files: plural('fileCount', count(item)), size: size(item.size ?? 0),
        when: ago(item.updatedAt ?? item.createdAt),
      })),
      element('div', { class: 'row' },
        button(text('draft.goOn'), () => attempt(() => this.goOn(item.id)), { kind: 'small', id: 'go-on' }),
        askingButton(text('draft.discard'), () => text('draft.discardQuestion'),
          () => attempt(() => call('DELETE', `/deliveries/${item.id}`)), { id: 'discard' })),
      trouble);
    return offer;
  }
}

/** @param {any} item */
function count(item) {
  return Array.isArray(item.files) ? item.files.length : (item.files ?? 0);
}
