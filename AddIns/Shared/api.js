// @ts-check
/**
 * Calls of /api/v1: from a page of the server as the person who is signed in there, from an add-in with its token.
 */

/** Where the interface is: beside the page, unless `connect` said otherwise. */
let base = '/api/v1';
let token = '';

/**
 * Makes the calls go to a server with an API token, as add-ins do.
 * @param {{base: string, token: string}} server the address of the interface, and the token; empty for none
 */
export function connect(server) {
  base = server.base;
  token = server.token;
}

/** The address of a call. @param {string} path below /api/v1 */
export function address(path) {
  return base + path;
}

/**
 * What says who calls: the token, or the proof that a call comes from our page.
 * @returns {Record<string, string>}
 */
export function credentials() {
  if (token) return { Authorization: `Bearer ${token}` };
  const proof = globalThis.document?.querySelector('meta[name="csrf-token"]')?.getAttribute('content');
  return proof ? { 'X-CSRF-Token': proof } : {};
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
  if (token || method !== 'GET') Object.assign(headers, credentials());
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(address(path), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      // A token says who calls; a cookie beside it would only confuse.
      credentials: token ? 'omit' : 'same-origin',
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
