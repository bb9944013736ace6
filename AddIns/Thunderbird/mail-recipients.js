// @ts-check
/** Who a mail goes to, with the members of address-book lists instead of the lists. */
import { addressIn } from './policy.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** `Name` of `Name <Name>`, as a list stands in a mail. @param {string} words */
function nameIn(words) {
  return words.replace(/<[^<>]*>\s*$/, '').trim().replace(/^"(.*)"$/, '$1') || words.replace(/[<>]/g, '').trim();
}

/** The addresses in the address-book lists of that name; null if there is none. @param {string} name */
async function membersOf(name) {
  const books = await messenger.addressBooks.list(true);
  const list = books.flatMap((book) => book.mailingLists ?? [])
    .find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!list) return null;
  const contacts = await messenger.mailingLists.listMembers(list.id);
  return contacts.map(({ properties }) => {
    const address = properties.PrimaryEmail ?? '';
    const shown = properties.DisplayName ?? '';
    return shown && address ? `"${shown.replace(/["\\]/g, '')}" <${address}>` : address;
  }).filter((one) => addressIn(one) !== '');
}

/**
 * To, Cc and Bcc of a mail. Groups: names that no address could be found for.
 * @param {{to?: string[], cc?: string[], bcc?: string[]}} details
 * @returns {Promise<{addresses: string[], groups: string[]}>}
 */
export async function recipientsOf(details) {
  /** @type {string[]} */
  const addresses = [];
  /** @type {string[]} */
  const groups = [];
  for (const one of [...(details.to ?? []), ...(details.cc ?? []), ...(details.bcc ?? [])]) {
    if (addressIn(one) !== '') {
      addresses.push(one);
      continue;
    }
    const name = nameIn(one);
    const members = await membersOf(name).catch(() => null);
    if (members?.length) addresses.push(...members);
    else groups.push(name);
  }
  return { addresses: addresses.filter((one, index) => addresses.indexOf(one) === index), groups };
}
