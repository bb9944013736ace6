// @ts-check
/**
 * Which delivery belongs to which mail. While a mail is open that is remembered here; afterwards the link in the mail
 * says it. So nothing is put into the mail that would leave with it, and a draft finds its delivery on any computer.
 */
import { call } from './api.js';
import { linksIn, ownPart } from './block.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** The delivery of each compose tab. @type {Map<number, string>} */
const deliveries = new Map();

/** @param {number} tab @param {string} delivery empty to forget it */
export function rememberDelivery(tab, delivery) {
  if (delivery) deliveries.set(tab, delivery);
  else deliveries.delete(tab);
}

/** @param {number} tab */
export function rememberedDelivery(tab) {
  return deliveries.get(tab) ?? '';
}

/** @param {number} tab */
export function forgetTab(tab) {
  deliveries.delete(tab);
}

/**
 * The delivery that a mail belongs to: the one that was remembered, else the one that its own link leads to.
 * @param {number} tab
 * @param {string} url of the installation
 * @returns {Promise<string>} empty: none
 */
export async function deliveryOf(tab, url) {
  const known = deliveries.get(tab);
  if (known || !url) return known ?? '';
  const details = await messenger.compose.getComposeDetails(tab);
  const content = details.isPlainText ? details.plainTextBody : details.body;
  const links = linksIn(ownPart(content, !details.isPlainText), url);
  if (links.length === 0) return '';
  const { items } = await call('POST', '/add-in/links', { links: links.slice(0, 50) });
  const found = items[0]?.delivery ?? '';
  if (found) deliveries.set(tab, found);
  return found;
}
