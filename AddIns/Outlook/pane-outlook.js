// @ts-check
/** The start of the pane in Outlook. */
import { OutlookHost } from './outlook-host.js';
import { startPane } from './pane.js';

/** @param {string} name */
function told(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}

/** Without Outlook around the page, or without its library. */
function standAlone() {
  for (const [id, isHidden] of /** @type {[string, boolean][]} */ ([['starting', true], ['outside', false]])) {
    const part = document.getElementById(id);
    if (part) part.hidden = isHidden;
  }
}

async function start() {
  if (!Office.context?.mailbox) {
    standAlone();
    return;
  }
  const host = new OutlookHost(document.documentElement.lang);
  await host.prepare().catch(() => {});
  await startPane(host, { url: told('installation'), organisation: told('organisation') });
}

if (globalThis.Office) Office.onReady(start);
else standAlone();
