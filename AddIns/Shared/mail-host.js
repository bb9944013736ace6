// @ts-check
/** What the pane needs of a mail program. outlook-host.js and thunderbird-host.js offer it. */

/**
 * @typedef {object} Attachment
 * @property {string} id
 * @property {string} name
 * @property {number} size octets
 * @property {boolean} isInline a picture in the text
 * @property {boolean} isCloud a link to a file elsewhere
 */

/**
 * One mail that is being written.
 * @typedef {object} MailHost
 * @property {'outlook' | 'thunderbird'} client
 * @property {boolean} reportsSending whether a handler will see the mail when it is sent
 * @property {string} language
 * @property {'dark' | 'light'} [theme] if the mail program's own differs from the system's
 * @property {() => Promise<void>} [prepare] called before `reportsSending` counts
 * @property {() => Promise<string>} subject
 * @property {() => Promise<{addresses: string[], groups: string[]}>} recipients To, Cc and Bcc; groups: those without an
 *   address, and distribution lists, which stand among the addresses too
 * @property {() => Promise<boolean>} isHTML
 * @property {() => Promise<Attachment[]>} attachments
 * @property {(id: string) => Promise<File>} readAttachment
 * @property {(id: string) => Promise<void>} removeAttachment
 * @property {() => Promise<string>} body
 * @property {(content: string) => Promise<void>} setBody
 * @property {(block: {html: string, text: string}, at: 'cursor' | 'end') => Promise<void>} insert
 * @property {() => Promise<boolean | null>} isSigned null: it cannot be known
 * @property {() => Promise<{delivery: string} | null>} recall kept with the mail
 * @property {(value: {delivery: string} | null) => Promise<void>} remember
 * @property {() => Promise<string>} token of this mailbox; empty: none
 * @property {(token: string) => Promise<void>} keepToken
 * @property {(url: string) => Promise<void>} openPage
 * @property {() => void} closePage
 * @property {(call: () => void) => void} onRecipientsChanged
 * @property {(call: () => void) => void} [onAttachmentsChanged]
 * @property {(call: (files: File[]) => void) => void} [onFilesDropped]
 * @property {(policy: import('./policy.js').AttachmentPolicy) => Promise<void>} [keepPolicy] for the handler that sees mails leave
 */

/** What a mail program could not do. */
export class HostProblem extends Error {
  /**
   * @param {'closed' | 'too-long' | 'plain-text' | 'offline' | 'attachment-type' | 'attachment-gone' | 'not-removed'
   *   | 'not-inserted' | 'not-kept' | 'no-page' | 'failed'} code
   * @param {string} [detail] what the mail program said
   */
  constructor(code, detail = '') {
    super(detail || code);
    this.code = code;
    this.detail = detail;
  }
}
