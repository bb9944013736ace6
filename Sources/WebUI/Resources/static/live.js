// @ts-check
/**
 * Keeps what stands in `data-live` up to date: listens to the server's events and then reads the page again. The page
 * itself stays the only place that knows how things look.
 */

const gatherFor = 400;
const longestPause = 30_000;

class LiveRegion {
  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
    this.lastID = '';
    this.failures = 0;
    this.isDirty = false;
    /** @type {number | undefined} */
    this.timer = undefined;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.isDirty) this.soon();
    });
  }

  /** Listens for as long as the page lives. */
  async listen() {
    for (;;) {
      try {
        await this.read();
        this.failures = 0;
      } catch (error) {
        if (error instanceof Refused) return;
        this.failures += 1;
      }
      const pause = Math.min(longestPause, 1000 * 2 ** this.failures) * (0.5 + Math.random() / 2);
      await new Promise((done) => setTimeout(done, pause));
      if (!navigator.onLine) await new Promise((done) => addEventListener('online', done, { once: true }));
      this.soon();
    }
  }

  /** One connection, until it ends. */
  async read() {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'text/event-stream' };
    if (this.lastID) headers['Last-Event-ID'] = this.lastID;
    const response = await fetch(this.region.dataset.events ?? '', {
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
    });
    if (response.status >= 400 && response.status < 500 && response.status !== 429) throw new Refused();
    if (!response.ok || !response.body) throw new Error(String(response.status));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.failures = 0;
      const lines = (rest + value).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('id:')) this.lastID = line.slice(3).trim();
        if (line.startsWith('data:')) this.soon();
      }
    }
  }

  /** Several events that come together cause one look. */
  soon() {
    this.isDirty = true;
    if (document.hidden) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), gatherFor);
  }

  async refresh() {
    // Nothing is pulled away from under somebody who is choosing or typing in it.
    if (this.region.matches(':has(input:focus, select:focus, textarea:focus)')) return this.soon();
    this.isDirty = false;
    try {
      const response = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
      if (!response.ok || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const fresh = page.querySelector(`[data-live="${this.region.dataset.live}"]`);
      if (!fresh || fresh.innerHTML === this.region.innerHTML) return;
      const focused = this.region.contains(document.activeElement)
        ? document.activeElement?.getAttribute('href') : null;
      const open = [...this.region.querySelectorAll('details')].map((one) => one.open);
      this.region.innerHTML = fresh.innerHTML;
      this.region.querySelectorAll('details').forEach((one, index) => {
        one.open = open[index] ?? one.open;
      });
      if (focused) {
        const again = this.region.querySelector(`[href="${CSS.escape(focused)}"]`);
        if (again instanceof HTMLElement) again.focus({ preventScroll: true });
      }
    } catch {
      this.isDirty = true;
    }
  }
}

/** The server will not tell us, now or later. */
class Refused extends Error {}

for (const region of document.querySelectorAll('[data-live][data-events]')) {
  if (region instanceof HTMLElement) void new LiveRegion(region).listen();
}
