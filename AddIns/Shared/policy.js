// @ts-check
/**
 * The rule of an installation for ordinary attachments. Also part of the script that classic Outlook runs without a
 * page: ECMAScript 2016, imports and exports as docs/operations/outlook.md tells.
 */

/**
 * @typedef {object} AttachmentPolicy
 * @property {'off' | 'ask' | 'always'} mode ask: the sender may send anyway; always: the mail is held back
 * @property {number} sizeMB in units of 1,000,000 octets; 0: size does not matter
 * @property {string[]} [types] endings of names that count whatever the size; missing where an older server was asked
 * @property {boolean} outside whether attachments to recipients outside count
 * @property {string[]} insideDomains
 * @property {string[]} exemptDomains a mail only to these is never judged
 */

/** The bare address in `Name <a@b>` or `a@b`; empty if there is none. @param {string} words */
export function addressIn(words) {
  const open = words.lastIndexOf('<');
  const close = words.indexOf('>', open);
  const bare = (open >= 0 && close > open ? words.slice(open + 1, close) : words).trim();
  return /^[^\s@]+@[^\s@]+$/.test(bare) ? bare : '';
}

/** The domain of a recipient, in small letters; empty if there is no address. @param {string} words */
export function domainIn(words) {
  const address = addressIn(words);
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Octets of what is attached the ordinary way. @param {{size: number, isInline: boolean, isCloud: boolean}[]} attachments */
export function attachedOctets(attachments) {
  return attachments.reduce((sum, one) => (one.isInline || one.isCloud ? sum : sum + one.size), 0);
}

/** Whether a name ends like one of these types. @param {string} name @param {string[]} types */
function isOfType(name, types) {
  return types.some((type) => name.toLowerCase().endsWith('.' + type));
}

/**
 * Why a mail's ordinary attachments should go through Depesche.
 * @param {AttachmentPolicy} policy
 * @param {{name: string, size: number, isInline: boolean, isCloud: boolean}[]} attachments
 * @param {string[]} recipients as they stand in the mail
 * @param {string[]} groups names without an address; who is behind them cannot be known
 * @returns {'' | 'size' | 'type' | 'outside'} empty: nothing against it
 */
export function judgeAttachments(policy, attachments, recipients, groups) {
  if (policy.mode === 'off' || !attachments.some((one) => !one.isInline && !one.isCloud)) return '';
  const domains = recipients.map(domainIn);
  const nameless = groups.filter((one) => addressIn(one) === '').length;
  const isExempt = (domain) => policy.exemptDomains.some((one) => one.toLowerCase() === domain);
  if (domains.length > 0 && nameless === 0 && domains.every(isExempt)) return '';
  if (policy.sizeMB > 0 && attachedOctets(attachments) > policy.sizeMB * 1000000) return 'size';
  if (attachments.some((one) => !one.isInline && !one.isCloud && isOfType(one.name || '', policy.types || []))) return 'type';
  const isInside = (domain) => policy.insideDomains.some((one) => one.toLowerCase() === domain);
  if (policy.outside && (nameless > 0 || domains.some((one) => !isInside(one)))) return 'outside';
  return '';
}
