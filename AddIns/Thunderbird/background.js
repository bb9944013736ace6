// @ts-check
/** What runs as long as Thunderbird does: FileLink, the look at each mail that is sent, and the windows of the extension. */
import { watchSending } from './before-send.js';
import { offerAccounts, provideFilelink, stopUploads } from './filelink.js';
import { keepAccountChoice, learnWords, openInstallation } from './installation.js';
import { catchUp, watchConnection } from './late-registrations.js';
import { deliveryOf, forgetTab, rememberDelivery } from './mail-deliveries.js';
import { answerNotice, closeNotice, noticeOf } from './notices.js';
import { text } from './texts.js';

const messenger = /** @type {any} */ (globalThis).messenger;

/** The pane of each compose tab, by the window that it is in. @type {Map<number, number>} */
const panes = new Map();

/** Opens the pane of a mail, or brings it to the front. @param {number} tab */
async function openPane(tab) {
  const window = panes.get(tab);
  if (window !== undefined) {
    const found = await messenger.windows.update(window, { focused: true }).catch(() => null);
    if (found) return;
  }
  const made = await messenger.windows.create({
    type: 'popup', url: `thunderbird-pane.html?tab=${tab}`, width: 460, height: 860, allowScriptsToClose: true,
  });
  panes.set(tab, made.id);
}

/** The window in which one signs in. */
let signInWindow = -1;

async function openSignIn() {
  const { url } = await openInstallation();
  if (!url) {
    // Thunderbird asks in its main window whether the extension may reach a server: so the page stands there too.
    const tab = await messenger.tabs.create({ url: 'thunderbird-sign-in.html' });
    await messenger.windows.update(tab.windowId, { focused: true });
    return;
  }
  if (signInWindow >= 0 && await messenger.windows.update(signInWindow, { focused: true }).catch(() => null)) return;
  const made = await messenger.windows.create({
    type: 'popup', url: 'thunderbird-sign-in.html', width: 480, height: 560, allowScriptsToClose: true,
  });
  signInWindow = made.id;
}

/**
 * What the extension's pages ask.
 * @type {Record<string, (message: any) => unknown>}
 */
const answers = {
  recall: async ({ tab }) => deliveryOf(tab, (await openInstallation()).url),
  remember: ({ tab, delivery }) => rememberDelivery(tab, delivery),
  notice: ({ id }) => noticeOf(id),
  answer: ({ id, answer }) => answerNotice(id, answer),
  signIn: () => openSignIn(),
  openPage: ({ url }) => messenger.windows.openDefaultBrowser(url),
};

messenger.runtime.onMessage.addListener((message, sender) => {
  if (sender.id !== messenger.runtime.id || !Object.hasOwn(answers, message?.kind)) return undefined;
  return Promise.resolve(answers[message.kind](message));
});

messenger.composeAction.onClicked.addListener((tab) => openPane(tab.id));
messenger.cloudFile.onAccountDeleted.addListener((account) => keepAccountChoice(account, null));
provideFilelink();
watchSending();

messenger.tabs.onRemoved.addListener((tab) => {
  stopUploads(tab);
  forgetTab(tab);
  const pane = panes.get(tab);
  panes.delete(tab);
  if (pane !== undefined) void messenger.windows.remove(pane).catch(() => {});
});
messenger.windows.onRemoved.addListener((window) => {
  closeNotice(window);
  if (window === signInWindow) signInWindow = -1;
  for (const [tab, pane] of panes) if (pane === window) panes.delete(tab);
});

// A page of the extension has signed in or out.
messenger.storage.onChanged.addListener((changes) => {
  if (!changes.token && !changes.url) return;
  void offerAccounts().catch(() => {});
  void catchUp();
});

await learnWords();
void messenger.composeAction.setTitle({ title: text('tb.action') });
void messenger.composeAction.setLabel({ label: 'Depesche' });
await offerAccounts().catch(() => {});
watchConnection();
