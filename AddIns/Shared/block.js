// @ts-check
/**
 * The block in a mail: where it stands, and how it is replaced or taken out, in HTML and in plain text. Works on text,
 * so that it runs where there is no page: ECMAScript 2016.
 */

/** The line that begins and ends the block of a plain-text mail. */
export const blockLine = '='.repeat(40);

/** What mail programs put where a quoted or forwarded mail begins. */
const quoteMarks = [
  /<div[^>]*\bid=["']?(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION)\b/i,
  /<div[^>]*\bclass=["']?[^"'>]*\b(?:moz-forward-container|gmail_quote)\b/i,
  // Word's line above the head of the quoted mail.
  /<div[^>]*\bstyle=["'][^"'>]*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)/i,
];
const quoteLines = [
  /^-{2,}\s*(?:Original Message|Urspr(?:ü|ue)ngliche Nachricht|Originalnachricht|Forwarded Message|Weitergeleitete Nachricht)\s*-{2,}\s*$/im,
  /^_{20,}\s*\r?\n(?:From|Von):\s/im,
];

/** @param {string} words */
function escaped(words) {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * The links of an installation in a mail, each once.
 * @param {string} content
 * @param {string} url the installation's address without a slash at the end
 * @returns {string[]}
 */
export function linksIn(content, url) {
  const found = content.match(new RegExp(escaped(url) + '/l/[A-Za-z0-9_-]+', 'g')) || [];
  return found.filter((link, index) => found.indexOf(link) === index);
}

/** Where the quoted mails begin; the length if there are none. @param {string} content @param {boolean} isHTML */
function quoteStart(content, isHTML) {
  let start = content.length;
  for (const mark of isHTML ? quoteMarks : quoteLines) {
    const found = content.search(mark);
    if (found >= 0 && found < start) start = found;
  }
  return start;
}

/** Takes quotations out, those within others too. @param {string} content */
function withoutQuotations(content) {
  const tag = /<(\/?)blockquote\b[^>]*>/gi;
  let kept = '';
  let depth = 0;
  let from = 0;
  for (let found = tag.exec(content); found; found = tag.exec(content)) {
    if (found[1] === '' && (depth > 0 || /\btype=["']?cite\b/i.test(found[0]))) {
      if (depth === 0) kept += content.slice(from, found.index);
      depth += 1;
    } else if (found[1] !== '' && depth > 0) {
      depth -= 1;
      if (depth === 0) from = tag.lastIndex;
    }
  }
  return depth > 0 ? kept : kept + content.slice(from);
}

/**
 * What the sender wrote: the mail without what it quotes or forwards.
 * @param {string} content
 * @param {boolean} isHTML
 */
export function ownPart(content, isHTML) {
  const part = content.slice(0, quoteStart(content, isHTML));
  if (isHTML) return withoutQuotations(part);
  return part.split('\n').filter((line) => line.charAt(0) !== '>').join('\n');
}

/**
 * Where the block with a link begins and ends.
 * @param {string} content
 * @param {boolean} isHTML
 * @param {string} link
 * @returns {{from: number, to: number} | null} null: it is not there, or no longer in one piece
 */
export function findBlock(content, isHTML, link) {
  const mark = new RegExp(escaped(link) + '(?![A-Za-z0-9_-])').exec(content);
  if (!mark) return null;
  const at = mark.index;
  if (isHTML) {
    const before = content.slice(0, at);
    const from = before.toLowerCase().lastIndexOf('<table');
    if (from < 0 || before.toLowerCase().indexOf('</table', from) >= 0) return null;
    const end = /<\/table\s*>/i.exec(content.slice(at));
    if (!end || /<table\b/i.test(content.slice(at, at + end.index))) return null;
    return { from, to: at + end.index + end[0].length };
  }
  const from = content.lastIndexOf(blockLine, at);
  const line = content.indexOf(blockLine, at);
  return from < 0 || line < 0 ? null : { from, to: line + blockLine.length };
}

/**
 * The mail with another block in the place of the one with this link.
 * @param {string} content
 * @param {boolean} isHTML
 * @param {string} link
 * @param {{html: string, text: string}} block
 * @returns {string | null} null: the block is not there
 */
export function replaceBlock(content, isHTML, link, block) {
  const place = findBlock(content, isHTML, link);
  if (!place) return null;
  return content.slice(0, place.from) + (isHTML ? block.html : block.text.trim()) + content.slice(place.to);
}

/**
 * The mail without the block, and without the empty line that it would leave.
 * @param {string} content
 * @param {boolean} isHTML
 * @param {string} link
 * @returns {string | null} null: the block is not there
 */
export function removeBlock(content, isHTML, link) {
  const place = findBlock(content, isHTML, link);
  if (!place) return null;
  const before = content.slice(0, place.from);
  const after = content.slice(place.to);
  return isHTML ? before + after : before.replace(/\s+$/, '\n') + after.replace(/^(?:[ \t]*\r?\n){1,2}/, '\n');
}

/**
 * The mail with the block at the end of what the sender wrote, before what is quoted.
 * @param {string} content
 * @param {boolean} isHTML
 * @param {{html: string, text: string}} block
 */
export function appendBlock(content, isHTML, block) {
  let at = quoteStart(content, isHTML);
  if (!isHTML) {
    return content.slice(0, at).replace(/\s+$/, '') + '\n\n' + block.text.trim() + '\n'
      + (at < content.length ? '\n' + content.slice(at) : '');
  }
  const cite = content.search(/<blockquote[^>]*\btype=["']?cite\b/i);
  if (cite >= 0 && cite < at) at = cite;
  if (at === content.length) {
    const end = content.search(/<\/body\s*>/i);
    if (end >= 0) at = end;
  }
  return content.slice(0, at) + '<p>&nbsp;</p>' + block.html + '<p>&nbsp;</p>' + content.slice(at);
}
