"""The mails in Thunderbird's own folders: drafts, templates, what was sent and what waits."""

from harness.compose import ComposeWindow
from harness.tools import wait_until


class MailFolders:
    """A folder is named by its flag: Drafts, Templates, SentMail, Queue."""

    def __init__(self, thunderbird):
        self.thunderbird = thunderbird

    def open(self, folder, number=-1, how="Draft"):
        """Opens a mail of a local folder as a draft again, or as Template or EditAsNew; its compose window."""
        before = self.thunderbird.compose_windows()
        self.thunderbird.ask("""
            const [folder, number, how] = arguments;
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const found = MailServices.accounts.allFolders.filter(one => one.getFlag(Ci.nsMsgFolderFlags[folder]));
            const messages = found.flatMap(one => [...one.messages]).sort((a, b) => a.date - b.date);
            const message = messages.at(number);
            const uri = message.folder.getUriForMsg(message);
            const main = Services.wm.getMostRecentWindow("mail:3pane");
            MailServices.compose.OpenComposeWindow(
                main.msgWindow ?? null, message, uri, Ci.nsIMsgCompType[how], Ci.nsIMsgCompFormat.Default, null, null, null);
            """, folder, number, how)
        return ComposeWindow.awaited(self.thunderbird, before)

    def subjects(self, folder):
        """The subjects in the folders of a kind: Drafts, Templates, SentMail, Queue."""
        return self.thunderbird.run("""
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            return MailServices.accounts.allFolders.filter(one => one.getFlag(Ci.nsMsgFolderFlags[arguments[0]]))
                .flatMap(one => [...one.messages]).sort((a, b) => a.date - b.date).map(one => one.mime2DecodedSubject);
            """, folder)

    def read(self, folder, number=-1):
        """Opens a mail of a local folder for reading; the id of its window."""
        self.thunderbird.run("""
            const [folder, number] = arguments;
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
            MailUtils.openMessageInNewWindow(
                MailServices.accounts.allFolders.filter(one => one.getFlag(Ci.nsMsgFolderFlags[folder]))
                    .flatMap(one => [...one.messages]).sort((a, b) => a.date - b.date).at(number));
            """, folder, number)
        return wait_until(
            lambda: self.thunderbird.run("""
                const window = Services.wm.getMostRecentWindow("mail:messageWindow");
                const shown = window?.document.getElementById("messageBrowser")?.contentWindow;
                return shown?.msgLoaded && shown.getMessagePaneBrowser().contentDocument.body?.firstElementChild
                    ? window.docShell.outerWindowID : null;
                """), "the mail to be shown")

    def colours(self, window, selector):
        """Text, colour and background, both as [red, green, blue], of the words in an element of a mail."""
        return self.thunderbird.run("""
            const [id, selector] = arguments;
            const shown = Services.wm.getOuterWindowWithId(id).document.getElementById("messageBrowser").contentWindow;
            const page = shown.getMessagePaneBrowser().contentDocument;
            const style = element => page.defaultView.getComputedStyle(element);
            const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
            const behind = element => {
                for (let one = element; one; one = one.parentElement) {
                    const colour = numbers(style(one).backgroundColor);
                    if (colour.length == 3 || colour[3] == 1) return colour.slice(0, 3);
                }
                return numbers(style(shown.document.documentElement).backgroundColor).slice(0, 3);
            };
            const element = page.querySelector(selector);
            // Nothing while the mail is being shown anew.
            if (!element) return [];
            const walker = page.createTreeWalker(element, 4);
            const found = [];
            while (walker.nextNode()) {
                const words = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
                if (words && words != "\u00a0") found.push([words, numbers(style(parent).color).slice(0, 3), behind(parent)]);
            }
            return found;
            """, window, selector)

    def send_queued(self):
        """Sends what waits in the outbox."""
        self.thunderbird.ask("""
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const sender = Cc["@mozilla.org/messengercompose/sendlater;1"].getService(Ci.nsIMsgSendLater);
            sender.sendUnsentMessages(null);
            """)
