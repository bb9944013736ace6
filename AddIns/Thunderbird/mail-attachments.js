// @ts-check
/** What is attached to a mail, and which of it FileLink holds elsewhere. */

const messenger = /** @type {any} */ (globalThis).messenger;

/**
 * The names of the files that Thunderbird lists in the mail as held elsewhere. The interface for attachments does not
 * tell them apart.
 * @param {string} body as HTML, also of a plain-text mail
 */
function heldElsewhere(body) {
  const page = new DOMParser().parseFromString(body, 'text/html');
  return [...page.querySelectorAll('.cloudAttachmentItem')]
    .map((item) => item.querySelector('.cloudfile-name')?.textContent ?? '');
}

/**
 * @param {number} tab
 * @param {{body: string}} details of the mail in that tab
 * @returns {Promise<import('./mail-host.js').Attachment[]>}
 */
export async function attachmentsOf(tab, details) {
  const listed = await messenger.compose.listAttachments(tab);
  const elsewhere = listed.length > 0 ? heldElsewhere(details.body ?? '') : [];
  return listed.map(({ id, name, size }) => {
    const place = elsewhere.indexOf(name);
    if (place >= 0) elsewhere.splice(place, 1);
    return { id: String(id), name, size, isInline: false, isCloud: place >= 0 };
  });
}
