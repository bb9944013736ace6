// @ts-check
/** Calls of /api/v1 as the person who is signed in. */

export const base = '/api/v1';

/** The proof that a call comes from our page. */
export function proof() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? '';
}

/** An answer that is an error (RFC 9457), or none at all (status 0). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, title?: string, retryAfter?: number, fields?: {field: string, reason: string, message: string}[]}} body
   */
  constructor(status, body = {}) {
    super(body.title ?? '');
    this.status = status;
    this.code = body.code ?? '';
    this.fields = body.fields ?? [];
    this.retryAfter = body.retryAfter ?? 0;
  }

  /** Whether the same call may succeed later: no connection, a busy or restarting server. */
  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** What to show: the words for the first field, else the title. */
  get words() {
    return this.fields[0]?.message ?? this.message;
  }
}

/**
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @param {{keepalive?: boolean}} [options]
 * @returns {Promise<any>}
 */
export async function call(method, path, body, options = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = proof();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(base + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      keepalive: options.keepalive ?? false,
    });
  } catch {
    throw new Problem(0);
  }
  const content = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, content);
  return content;
}
