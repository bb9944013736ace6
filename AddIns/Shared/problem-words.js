// @ts-check
/** What happened, what it means and what to do next, in the words of the catalogue. */
import { Problem } from './api.js';
import { HostProblem } from './mail-host.js';
import { text } from './texts.js';

/** @param {unknown} error @returns {string} */
export function problemWords(error) {
  if (error instanceof HostProblem) return text(`host.${error.code}`, { detail: error.detail });
  if (!(error instanceof Problem)) return text('failed');
  if (error.status === 0) return text('unreachable');
  if (error.status === 401) return text('signedOut');
  if (error.isTemporary) return text('serverBusy');
  return error.words || text('failed');
}

/** What the server says of one field. @param {unknown} error @param {string} field */
export function fieldWords(error, field) {
  if (!(error instanceof Problem)) return '';
  return error.fields.find((one) => one.field === field)?.message ?? '';
}
