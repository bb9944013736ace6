// @ts-check
/**
 * Keeps what stands in `data-poll` up to date by reading the page again every so many seconds, for as long as somebody
 * looks at it. What is folded open stays open, what has the keyboard keeps it.
 */

for (const region of document.querySelectorAll('[data-poll]')) {
  if (region instanceof HTMLElement) void follow(region);
}

/** @param {HTMLElement} region */
async function follow(region) {
  for (;;) {
    const seconds = Number(region.dataset.poll);
    if (!(seconds > 0)) return;
    await new Promise((done) => setTimeout(done, seconds * 1000));
    if (document.hidden) await new Promise((done) => document.addEventListener('visibilitychange', done, { once: true }));
    // Nothing is pulled away from under somebody who is choosing or typing in it.
    if (region.matches(':has(input:focus, select:focus, textarea:focus)')) continue;
    if (!(getSelection()?.isCollapsed ?? true)) continue;
    try {
      await refresh(region);
    } catch {
      // The next round tries again.
    }
  }
}

/** @param {HTMLElement} region */
async function refresh(region) {
  const response = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
  if (!response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const fresh = page.querySelector('[data-poll]');
  if (!(fresh instanceof HTMLElement)) return;
  region.dataset.poll = fresh.dataset.poll ?? '0';
  /** @type {Map<string, boolean>} */
  const open = new Map();
  for (const one of region.querySelectorAll('details[id]')) {
    if (one instanceof HTMLDetailsElement && one.dataset.touched) open.set(one.id, one.open);
  }
  const focused = document.activeElement instanceof HTMLElement && region.contains(document.activeElement)
    ? document.activeElement.closest('[id]')?.id : undefined;
  if (region.innerHTML === fresh.innerHTML) return;
  region.innerHTML = fresh.innerHTML;
  for (const [id, isOpen] of open) {
    const one = document.getElementById(id);
    if (!(one instanceof HTMLDetailsElement)) continue;
    one.open = isOpen;
    one.dataset.touched = 'true';
  }
  const again = focused ? document.getElementById(focused) : null;
  const target = again instanceof HTMLDetailsElement ? again.querySelector('summary') : again;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent('depesche:refreshed'));
}

// What a reader opens or closes, not what the page brought along.
document.addEventListener('click', (event) => {
  const summary = event.target instanceof Element ? event.target.closest('summary') : null;
  if (summary?.parentElement) summary.parentElement.dataset.touched = 'true';
});
