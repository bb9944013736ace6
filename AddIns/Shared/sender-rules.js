// @ts-check
/** What a sender may send and to whom, told before anything is uploaded. The server decides again. */

/**
 * @typedef {object} Lists
 * @property {string[]} allowed nothing in it: everything is allowed
 * @property {string[]} forbidden
 */

/** Whether files of that name may be sent. @param {Lists | undefined} types endings without the dot @param {string} name */
export function allowsFile(types, name) {
  const key = name.normalize('NFC').toLowerCase();
  return allows(types, (type) => key.endsWith(`.${type}`));
}

/** Whether addresses of that domain may be recipients. @param {Lists | undefined} domains @param {string} domain */
export function allowsDomain(domains, domain) {
  const name = asciiDomain(domain);
  return name === '' || allows(domains, (one) => name === one || name.endsWith(`.${one}`));
}

/** @param {Lists | undefined} lists @param {(entry: string) => boolean} matches */
function allows(lists, matches) {
  if (!lists) return true;
  if (lists.forbidden.some(matches)) return false;
  return lists.allowed.length === 0 || lists.allowed.some(matches);
}

/** A domain as the server writes it: in small letters, those beyond ASCII as A-labels. @param {string} domain */
function asciiDomain(domain) {
  try {
    return domain === '' ? '' : new URL(`http://${domain}`).hostname;
  } catch {
    return domain.toLowerCase();
  }
}
