// @ts-check
/** The window beside a compose window that does what the pane of Outlook does. */
import { learnWords, openInstallation } from './installation.js';
import { startPane } from './pane.js';
import { element, text } from './texts.js';
import { ThunderbirdHost } from './thunderbird-host.js';

const messenger = /** @type {any} */ (globalThis).messenger;
const tab = Number(new URLSearchParams(location.search).get('tab'));

async function start() {
  await learnWords();
  const { url, organisation } = await openInstallation();
  if (!url) {
    // Without a server there is nothing to sign in to: the window that asks for one comes first.
    document.getElementById('pane')?.append(element('p', {}, text('tb.settings.noServer')));
    await messenger.runtime.sendMessage({ kind: 'signIn' });
    messenger.storage.onChanged.addListener((changes) => {
      if (changes.token?.newValue) location.reload();
    });
    return;
  }
  const host = new ThunderbirdHost(tab);
  const subject = await host.subject().catch(() => '');
  document.title = subject ? text('tb.pane.title', { subject }) : 'Depesche';
  await startPane(host, { url, organisation: organisation || new URL(url).host });
}

await start();
