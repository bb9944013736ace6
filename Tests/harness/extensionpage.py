"""A page of an extension in Thunderbird: read and used as a person does, though it lives in another process."""

import json

from harness.tools import wait_until

# All <browser> elements of all windows: the extension's own windows, and tabs of the main window.
FIND = """
    const found = [];
    for (const window of Services.wm.getEnumerator(null)) {
        for (const browser of window.document.querySelectorAll("browser")) {
            const address = browser.currentURI?.spec ?? "";
            if (address.startsWith("moz-extension:") && address.includes(arguments[0])) found.push({ window, browser });
        }
    }
    const one = found.at(-1);
"""
count = 0


class ExtensionPage:
    """The newest page whose address contains `path`."""

    def __init__(self, thunderbird, path):
        self.thunderbird = thunderbird
        self.path = path

    @classmethod
    def find(cls, thunderbird, path):
        """That page, or None."""
        found = thunderbird.run(FIND + "return one ? one.browser.currentURI.spec : null", path)
        return cls(thunderbird, path) if found else None

    @classmethod
    def awaited(cls, thunderbird, path, seconds):
        """That page, once it is complete."""
        page = wait_until(
            lambda: cls.find(thunderbird, path), lambda: f"the page {path}; errors: {thunderbird.errors()}", seconds)
        wait_until(lambda: page.run("return document.readyState == 'complete'"), f"the page {path} to be complete", seconds)
        return page

    def run(self, script, *arguments):
        """Runs a script in the page; `document`, `window` and the arguments are there. What it returns."""
        global count
        count += 1
        frame = f"""
            (async () => {{
                const document = content.document, window = content, parameters = {json.dumps(arguments)};
                try {{
                    const value = await (async function () {{ {script} }}).apply(null, parameters);
                    sendAsyncMessage("depesche-test-{count}", {{ value: value ?? null }});
                }} catch (error) {{
                    sendAsyncMessage("depesche-test-{count}", {{ error: `${{error}}` }});
                }}
            }})()"""
        answer = self.thunderbird.ask(FIND + """
            const [path, name, script] = arguments;
            if (!one) throw new Error(`the page ${path} is not open`);
            const manager = one.browser.messageManager;
            return await new Promise(done => {
                const listener = { receiveMessage: ({ data }) => {
                    manager.removeMessageListener(name, listener);
                    done(data);
                } };
                manager.addMessageListener(name, listener);
                manager.loadFrameScript(`data:application/javascript;charset=utf-8,${encodeURIComponent(script)}`, false);
            });
            """, self.path, f"depesche-test-{count}", frame)
        assert "error" not in answer, f"{answer['error']}\nin the script\n{script}"
        return answer["value"]

    @property
    def text(self):
        """What the page says, as it is laid out."""
        return self.run("return document.body.innerText")

    def wait_for_text(self, text, seconds=30):
        """Waits until the page shows a text."""
        wait_until(lambda: text in self.text, lambda: f"{text!r} in {self.path}:\n{self.text}", seconds)

    def wait_for(self, selector, seconds=30):
        """Waits until an element is there and visible."""
        wait_until(
            lambda: self.run("return Boolean(document.querySelector(arguments[0])?.checkVisibility())", selector),
            lambda: f"{selector} in {self.path}:\n{self.text}", seconds)

    def click(self, selector, seconds=30):
        """Clicks an element once it is there, visible and enabled."""
        wait_until(
            lambda: self.run(
                "const one = document.querySelector(arguments[0]);"
                "return Boolean(one?.checkVisibility() && !one.disabled && one.getAttribute('aria-disabled') != 'true')",
                selector),
            lambda: f"{selector} in {self.path} to be clickable:\n{self.text}", seconds)
        # Afterwards: a click may close the window that has to answer. It counts as the person's own.
        self.run("""
            const one = document.querySelector(arguments[0]);
            content.setTimeout(() => {
                const hand = content.windowUtils.setHandlingUserInput(true);
                one.click();
                hand.destruct();
            });
            """, selector)

    def fill(self, selector, value):
        """Gives a field a value as typing does."""
        self.run("""
            const [selector, value] = arguments;
            const field = document.querySelector(selector);
            field.focus();
            field.value = value;
            for (const kind of ["input", "change"]) field.dispatchEvent(new window.Event(kind, { bubbles: true }));
            """, selector, value)

    def choose_files(self, selector, *paths):
        """Gives files to a file picker, as a dialog of the system does."""
        self.thunderbird.ask(FIND + """
            const [path, selector, files] = arguments;
            const chosen = await Promise.all(files.map(file => File.createFromFileName(file)));
            const script = `addMessageListener("depesche-test-files", function give({ data }) {
                removeMessageListener("depesche-test-files", give);
                const picker = content.document.querySelector(data.selector);
                picker.mozSetFileArray(data.chosen);
                picker.dispatchEvent(new content.Event("change", { bubbles: true }));
            })`;
            one.browser.messageManager.loadFrameScript(
                `data:application/javascript;charset=utf-8,${encodeURIComponent(script)}`, false);
            one.browser.messageManager.sendAsyncMessage("depesche-test-files", { selector, chosen });
            """, self.path, selector, [str(path) for path in paths])

    def keep(self, **values):
        """Writes into the storage of the extension."""
        self.run("""
            const sandbox = window.wrappedJSObject;
            await sandbox.messenger.storage.local.set(Cu.cloneInto(arguments[0], sandbox));
            """, values)

    def kept(self, name):
        """Reads from the storage of the extension."""
        return self.run("return (await window.wrappedJSObject.messenger.storage.local.get(arguments[0]))[arguments[0]]", name)

    def close(self):
        """Closes the window of the page, or its tab."""
        self.thunderbird.run(FIND + """
            const tabmail = one?.window.document.getElementById("tabmail");
            if (tabmail) tabmail.closeTab(tabmail.tabInfo.find(tab => tab.browser == one.browser));
            else one?.window.close();
            """, self.path)

    def screenshot(self, name, **options):
        """Keeps a picture of the window that the page is in."""
        window = self.thunderbird.run(FIND + "return one.window.docShell.outerWindowID", self.path)
        return self.thunderbird.screenshot(name, window, **options)
