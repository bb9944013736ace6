// @ts-check
/** Says why a mail was held back, and asks where the sender may decide. */
import { learnWords } from './installation.js';
import { button, paragraph } from './pane-parts.js';
import { element, icon, text } from './texts.js';

const messenger = /** @type {any} */ (globalThis).messenger;

const id = Number(new URLSearchParams(location.search).get('id'));
await learnWords();
/** @type {import('./notices.js').Notice | null} */
const notice = await messenger.runtime.sendMessage({ kind: 'notice', id });

/** @param {'send' | 'back'} answer */
async function answer(answer) {
  await messenger.runtime.sendMessage({ kind: 'answer', id, answer });
  window.close();
}

if (notice) {
  document.title = notice.title;
  const back = button(text('tb.held.back'), () => answer('back'), { kind: 'primary', id: 'back' });
  const buttons = element('div', { class: 'row' }, back);
  if (notice.canSignIn) {
    buttons.append(button(text('tb.signIn.open'), async () => {
      await messenger.runtime.sendMessage({ kind: 'signIn' });
      await answer('back');
    }, { id: 'sign-in' }));
  }
  if (notice.canSend) buttons.append(button(text('tb.held.send'), () => answer('send'), { id: 'send-anyway' }));
  document.getElementById('notice')?.append(
    element('h1', {}, icon('warning'), notice.title),
    ...(notice.subject ? [paragraph(text('tb.held.mail', { subject: notice.subject }), 'muted')] : []),
    paragraph(notice.message), ...(notice.hint ? [paragraph(notice.hint, 'muted')] : []), buttons);
  back.focus();
}
