"""A compose window of Thunderbird, used as a person does."""

from harness.tools import wait_until

WINDOW = "const window = Services.wm.getOuterWindowWithId(arguments[0]);\n"


class ComposeWindow:
    """One compose window; `id` is the program's number for it."""

    def __init__(self, thunderbird, id):
        self.thunderbird = thunderbird
        self.id = id

    @classmethod
    def opened(cls, thunderbird, to=(), cc=(), bcc=(), subject="", body="", plain=False):
        """Opens a window for a new mail and fills it in. `body` is HTML, or text where `plain`."""
        before = thunderbird.compose_windows()
        thunderbird.run("""
            const [to, cc, bcc, subject, body, plain] = arguments;
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
            Object.assign(fields, { to, cc, bcc, subject, body });
            const parameters = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
            parameters.composeFields = fields;
            parameters.type = Ci.nsIMsgCompType.New;
            parameters.format = plain ? Ci.nsIMsgCompFormat.PlainText : Ci.nsIMsgCompFormat.HTML;
            parameters.identity = MailServices.accounts.defaultAccount.defaultIdentity;
            MailServices.compose.OpenComposeWindowWithParams(null, parameters);
            """, ", ".join(to), ", ".join(cc), ", ".join(bcc), subject, body, plain)
        return cls.awaited(thunderbird, before)

    @classmethod
    def awaited(cls, thunderbird, before):
        """The window that is open now and was not before, once it can be used."""
        [id] = wait_until(
            lambda: [one for one in thunderbird.compose_windows() if one not in before], "the compose window")
        window = cls(thunderbird, id)
        wait_until(lambda: window.run("return window.composeEditorReady && !window.gWindowLock"), "the editor to be ready")
        return window

    def run(self, script, *arguments):
        """Runs a script with the program's rights; `window` is this one, `arguments` begin at 1."""
        return self.thunderbird.run(WINDOW + script, self.id, *arguments)

    def ask(self, script, *arguments):
        """The same for a script with `await`."""
        return self.thunderbird.ask(WINDOW + script, self.id, *arguments)

    @property
    def is_open(self):
        """Whether the window is still there."""
        return self.id in self.thunderbird.compose_windows()

    @property
    def html(self):
        """The body as it stands in the editor."""
        return self.run("return window.GetCurrentEditor().document.body.innerHTML")

    @property
    def text(self):
        """What the editor shows."""
        return self.run("return window.GetCurrentEditor().document.body.innerText")

    def type(self, text):
        """Types a text where the cursor is."""
        self.run("window.focus(); window.GetCurrentEditor().insertText(arguments[1])", text)

    def set_recipients(self, **fields):
        """Replaces the recipients of some fields: `to`, `cc`, `bcc`."""
        self.run(
            "window.SetComposeDetails(arguments[1])", {name: ", ".join(addresses) for name, addresses in fields.items()})

    def attach(self, *paths):
        """Attaches files as ordinary attachments."""
        self.ask("""
            const files = arguments[1].map(path => Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile));
            files.forEach((file, number) => file.initWithPath(arguments[1][number]));
            await window.AddAttachments(files.map(file => window.FileToAttachment(file)));
            """, [str(path) for path in paths])

    @property
    def attachments(self):
        """The attachments: name, size, whether FileLink holds it, its address and whether it is on its way."""
        return self.run("""
            return [...window.gAttachmentBucket.itemChildren].map(item => ({
                name: item.attachment.name, size: item.attachment.size, cloud: item.attachment.sendViaCloud,
                url: item.attachment.contentLocation, uploading: Boolean(item.uploading) }));
            """)

    def convert_to_filelink(self, account, *names):
        """What the command "Convert to" of the attachments' menu does; all of them unless names are given."""
        self.run("""
            const [, key, names] = arguments;
            const { cloudFileAccounts } = ChromeUtils.importESModule("resource:///modules/cloudFileAccounts.sys.mjs");
            const items = [...window.gAttachmentBucket.itemChildren]
                .filter(item => names.length == 0 || names.includes(item.attachment.name));
            window.convertListItemsToCloudAttachment(items, cloudFileAccounts.getAccount(key));
            """, account, list(names))

    def wait_for_filelinks(self, count, seconds=60):
        """Waits until so many attachments are held by FileLink and listed in the mail; those."""
        def uploaded():
            held = [one for one in self.attachments if one["cloud"] and one["url"] and not one["uploading"]]
            return held if len(held) == count and self.html.count("cloudAttachmentItem") == count else None
        return wait_until(
            uploaded, lambda: f"{count} uploads: {self.attachments}; dialogs: {self.thunderbird.dialogs()}; "
            f"errors: {self.thunderbird.errors()}", seconds)

    def remove_attachment(self, name):
        """Removes an attachment."""
        self.ask("""
            const item = [...window.gAttachmentBucket.itemChildren].find(one => one.attachment.name == arguments[1]);
            await window.RemoveAttachments([item]);
            """, name)

    def delete_list(self):
        """Deletes Thunderbird's list of files from the text, as one does by marking it."""
        self.run("""
            const editor = window.GetCurrentEditor();
            editor.selectElement(editor.document.getElementById("cloudAttachmentListRoot"));
            editor.deleteSelection(editor.eNone, editor.eStrip);
            """)

    def cancel_upload(self, name):
        """Chooses "Cancel upload" of an attachment that is on its way."""
        self.run("""
            window.gAttachmentBucket.selectItem(
                [...window.gAttachmentBucket.itemChildren].find(one => one.attachment.name == arguments[1]));
            window.attachmentBucketController.doCommand("cmd_cancelUpload");
            """, name)

    def press(self, extension):
        """Presses the extension's button in the tool bar."""
        self.run("""
            const id = arguments[1].replace(/[^a-z0-9_-]/gi, "_");
            const button = window.document.getElementById(`${id}-composeAction-toolbarbutton`);
            if (!button) throw new Error(`no button ${id}`);
            button.click();
            """, extension)

    def button(self, extension):
        """Label and badge of that button."""
        return self.run("""
            const id = arguments[1].replace(/[^a-z0-9_-]/gi, "_");
            const button = window.document.getElementById(`${id}-composeAction-toolbarbutton`);
            return { label: button.label, badge: button.getAttribute("badge") ?? "" };
            """, extension)

    def send(self):
        """Presses "Send"."""
        self.run('window.goDoCommand("cmd_sendNow")')

    def send_later(self):
        """Chooses "Send later"."""
        self.run('window.goDoCommand("cmd_sendLater")')

    def save(self, kind="Draft"):
        """Saves as Draft or Template and waits until that is done."""
        self.run('window.goDoCommand(`cmd_saveAs${arguments[1]}`)', kind)
        wait_until(
            lambda: self.run("""
                return !window.gSaveOperationInProgress && !window.gSendOperationInProgress && !window.gWindowLock
                """),
            "the mail to be saved")

    def close(self):
        """Closes the window without asking whether to save."""
        self.run("window.gContentChanged = false; window.gMsgCompose.bodyModified = false; window.close()")
        wait_until(lambda: not self.is_open, "the compose window to close")

    def wait_sent(self, seconds=60):
        """Waits until the mail has left and the window is closed."""
        wait_until(
            lambda: not self.is_open,
            lambda: f"the mail to be sent; dialogs: {self.thunderbird.dialogs()}; errors: {self.thunderbird.errors()}",
            seconds)

    def screenshot(self, name, **options):
        """Keeps a picture of the window."""
        return self.thunderbird.screenshot(name, self.id, **options)
