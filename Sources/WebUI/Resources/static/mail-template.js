// @ts-check
/** The preview of a mail follows what is typed. */

for (const form of document.querySelectorAll('form[data-preview]')) {
  if (!(form instanceof HTMLFormElement)) continue;
  const name = form.dataset.preview ?? '';
  /** @type {HTMLButtonElement[]} */
  const views = Array.from(form.querySelectorAll(`button[formtarget="${name}"]`));
  let current = views[0];
  /** @type {number | undefined} */
  let timer;

  const mark = () => {
    for (const view of views) view.setAttribute('aria-pressed', String(view === current));
  };
  for (const view of views) {
    view.addEventListener('click', () => {
      current = view;
      clearTimeout(timer);
      fresh();
      mark();
    });
  }

  // A fresh frame's first page is no step back in the browser's history.
  const fresh = () => {
    const old = document.getElementById(name);
    if (!(old instanceof HTMLIFrameElement)) return;
    const frame = old.cloneNode(false);
    if (frame instanceof HTMLIFrameElement) frame.removeAttribute('src');
    old.replaceWith(frame);
  };

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!current) return;
      fresh();
      form.requestSubmit(current);
    }, 600);
  });
  // What is saved or sent needs no preview any more.
  form.addEventListener('submit', () => clearTimeout(timer));
  mark();
}
