// @ts-check
/** The words of this page's language, as the server put them into the page, and numbers in its form. */

let language = globalThis.document?.documentElement.lang || 'en';

/** @type {Record<string, string>} */
let texts = (() => {
  const meta = globalThis.document?.querySelector('meta[name="script-texts"]');
  try {
    return JSON.parse(meta?.getAttribute('content') ?? '{}');
  } catch {
    return {};
  }
})();

/**
 * Speaks another language from now on: for pages that no server wrote.
 * @param {string} name such as `de`
 * @param {Record<string, string>} words
 */
export function speak(name, words) {
  language = name;
  texts = words;
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function text(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** @param {string} key @returns {boolean} */
export function hasText(key) {
  return key in texts;
}

/**
 * @param {string} key
 * @param {number} count
 * @param {Record<string, string | number>} [values]
 */
export function plural(key, count, values = {}) {
  return text(`${key}.${count === 1 ? 'one' : 'other'}`, { count: number(count), ...values });
}

/** @param {number} value @param {number} [fraction] */
export function number(value, fraction = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: fraction }).format(value);
}

/** A size in decimal units, as the server writes them. @param {number} octets */
export function size(octets) {
  if (octets < 1000) return plural('bytes', octets);
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 1000;
  for (const [index, name] of units.entries()) {
    const tenths = Math.round(octets / (unit / 10));
    const whole = Math.round(octets / unit);
    if (tenths < 1000) return `${number(tenths / 10, 1)}\u00a0${name}`;
    if (whole < 1000 || index === units.length - 1) return `${number(whole)}\u00a0${name}`;
    unit *= 1000;
  }
  return plural('bytes', octets);
}

/** How long something still takes, roughly. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 50) return plural('seconds', Math.max(1, Math.round(seconds / 5) * 5));
  if (seconds < 3000) return plural('minutes', Math.max(1, Math.round(seconds / 60)));
  return plural('hours', Math.max(1, Math.round(seconds / 3600)));
}

/** An icon of our set. @param {string} name @returns {SVGSVGElement} */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', new URL(`icons.svg#${name}`, import.meta.url).href);
  svg.append(use);
  return svg;
}

/**
 * An element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
