// @ts-check
/** An attachment as Outlook hands it out, as a file. */
import { HostProblem } from './mail-host.js';

/**
 * @param {string} name
 * @param {{format: string, content: string}} attachment
 * @returns {File}
 */
export function attachmentFile(name, attachment) {
  const formats = Office.MailboxEnums.AttachmentContentFormat;
  switch (attachment.format) {
    case formats.Base64: return new File([octetsOf(attachment.content)], name);
    // Mails and dates come as text; Outlook names them by their subject alone.
    case formats.Eml: return new File([attachment.content], ending(name, '.eml'), { type: 'message/rfc822' });
    case formats.ICalendar: return new File([attachment.content], ending(name, '.ics'), { type: 'text/calendar' });
    default: throw new HostProblem('attachment-type');
  }
}

/** @param {string} name @param {string} wanted */
function ending(name, wanted) {
  return name.toLowerCase().endsWith(wanted) ? name : name + wanted;
}

/** @param {string} base64 */
function octetsOf(base64) {
  let text;
  try {
    text = atob(base64);
  } catch {
    throw new HostProblem('attachment-type');
  }
  const octets = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) octets[index] = text.charCodeAt(index);
  return octets;
}
