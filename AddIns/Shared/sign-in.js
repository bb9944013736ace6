// @ts-check
/** Signing in once: the person confirms a code on a page of the server, and the add-in gets a token. */
import { call, Problem } from './api.js';

/**
 * @typedef {object} SignInRequest
 * @property {string} id
 * @property {string} secret
 * @property {string} code what the person compares
 * @property {string} url the page on which they confirm it
 * @property {string} expiresAt
 * @property {number} interval seconds between two questions
 */

/** @param {'outlook' | 'thunderbird'} client @returns {Promise<SignInRequest>} */
export function beginSignIn(client) {
  return call('POST', '/sign-in-requests', { client });
}

/** Waits, or less if it is cancelled. @param {number} milliseconds @param {AbortSignal} signal */
function pause(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done(undefined);
    }, { once: true });
  });
}

/**
 * Waits for the person.
 * @param {SignInRequest} request
 * @param {AbortSignal} signal cancels it
 * @param {(isReachable: boolean) => void} [told] whether the server answers at the moment
 * @returns {Promise<{state: 'approved', token: string} | {state: 'refused' | 'expired' | 'cancelled'}>}
 */
export async function awaitSignIn(request, signal, told = () => {}) {
  const ends = Date.parse(request.expiresAt);
  for (;;) {
    await pause(Math.max(1, request.interval) * 1000, signal);
    if (signal.aborted) return { state: 'cancelled' };
    try {
      const answer = await call('POST', `/sign-in-requests/${request.id}/redeem`, { secret: request.secret });
      told(true);
      if (answer.state === 'approved') return { state: 'approved', token: answer.token };
      if (answer.state === 'refused') return { state: 'refused' };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.isTemporary) return { state: 'expired' };
      told(false);
    }
    if (signal.aborted) return { state: 'cancelled' };
    if (Date.now() > ends) return { state: 'expired' };
  }
}
