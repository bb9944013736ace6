// @ts-check
/** Forms whose answer takes a few seconds say so at once, and are sent only once. */

for (const form of document.querySelectorAll('form[data-busy]')) {
  if (!(form instanceof HTMLFormElement)) continue;
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'true';
    const note = document.getElementById(form.dataset.busy ?? '');
    if (note) note.hidden = false;
    for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
  });
}

// A page that comes back from the browser's memory can be used again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-busy]')) {
    if (form instanceof HTMLFormElement) delete form.dataset.sent;
    for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled');
  }
});
