"""Debian's Thunderbird under Xvfb, driven by Marionette: an account, compose windows, and the pages of an extension."""

import base64
import json
import pathlib
import shutil
import subprocess

from marionette_driver.addons import Addons
from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette

from harness.compose import ComposeWindow
from harness.display import Display
from harness.extensionpage import ExtensionPage
from harness.mailfolders import MailFolders
from harness.openpgp import OpenPGP
from harness.tools import REPOSITORY, answers, foreign_environment, free_port, program, scratch_directory, wait_until

SCREENSHOTS = REPOSITORY / ".build" / "screenshots"

# No first-run pages, no look-ups outside, nothing that asks.
PREFERENCES = {
    "app.donation.eoy.version.viewed": 999, "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True, "extensions.autoDisableScopes": 0,
    "extensions.blocklist.enabled": False, "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False, "extensions.systemAddon.update.enabled": False,
    "ldap_2.servers.history.uri": "", "mail.account.haveShutdown": True, "mail.biff.play_sound": False,
    "mail.collect_email_address_outgoing": False, "mail.compose.attachment_reminder": False,
    "mail.compose.autosave": False, "mail.compose.big_attachments.notify": False,
    "mail.inappnotifications.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True, "mail.rights.version": 1, "mail.shell.checkDefaultClient": False,
    "mail.SpellCheckBeforeSend": False, "mail.spotlight.firstRunDone": True, "mail.startup.enabledMailCheckOnce": True,
    "mail.ui-rdf.version": 999, "mail.winsearch.firstRunDone": True, "mailnews.start_page.enabled": False,
    "mailnews.start_page_override.mstone": "ignore", "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "network.prefetch-next": False,
    "offline.send.unsent_messages": 2, "remote.prefs.recommended": False, "security.notification_enable_delay": 0,
    "services.settings.server": "", "toolkit.telemetry.enabled": False, "toolkit.telemetry.reportingpolicy.firstRun": False,
    "mail.identity.id1.autocompleteToMyDomain": False, "mail.warn_on_send_accel_key": False,
}

# Dialogs are windows of their own, or stand in the window that asks.
DIALOGS = """
    const dialogs = [...Services.wm.getEnumerator(null)]
        .flatMap(one => [one, one.gDialogBox?.dialog?.frameContentWindow])
        .filter(one => one && one.location.href.includes("commonDialog.xhtml"));
"""


class Thunderbird:
    """A Thunderbird with a profile of its own, whose one account sends through `smtp`, a port of localhost."""

    NAME, EMAIL = "Anna Ährens", "anna@kunde.example"

    def __init__(self, smtp, language="de", dark=False):
        self.directory = scratch_directory("thunderbird")
        self.log_path = self.directory / "log"
        self.opened_addresses = self.directory / "opened"
        self._display = self._process = self.marionette = None
        self.folders = MailFolders(self)
        self.openpgp = OpenPGP(self)
        try:
            self._display = Display(self.directory)
            self._start(language, dark)
            self._make_account(smtp)
        except BaseException:
            self.close()
            raise

    # Start and end

    def _start(self, language, dark):
        profile, home = self.directory / "profile", self.directory / "home"
        profile.mkdir()
        port = free_port()
        preferences = PREFERENCES | {
            "marionette.port": port, "intl.locale.requested": language,
            "ui.systemUsesDarkTheme": int(dark), "layout.css.prefers-color-scheme.content-override": 0 if dark else 1,
        }
        (profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()))
        self._set_up_browser(home)
        environment = foreign_environment() | {
            "DISPLAY": self._display.name, "HOME": str(home), "LANG": "C.UTF-8", "MOZ_CRASHREPORTER_DISABLE": "1",
            "MOZ_DISABLE_CONTENT_SANDBOX": "1", "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:", "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"), "XDG_RUNTIME_DIR": str(home),
            "NO_AT_BRIDGE": "1",
        }
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [program("thunderbird", "usr/lib/thunderbird"), "--marionette", "-remote-allow-system-access", "--profile",
                 str(profile), "--no-remote"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until(
            lambda: self._process.poll() is not None or answers(port),
            lambda: f"Thunderbird to listen:\n{self.log[-3000:]}", 90)
        assert self._process.poll() is None, f"Thunderbird ended at once:\n{self.log[-3000:]}"
        self.marionette = Marionette(host="127.0.0.1", port=port, socket_timeout=120)
        self.marionette.start_session()
        self.marionette.set_context("chrome")
        self.marionette.timeout.script = 60
        wait_until(
            lambda: self.run('return Services.wm.getMostRecentWindow("mail:3pane")?.document.readyState == "complete"'),
            "the main window", 60)

    def _set_up_browser(self, home):
        """What Thunderbird takes for the user's browser: a script that writes the addresses down."""
        applications = home / ".local/share/applications"
        applications.mkdir(parents=True)
        script = self.directory / "browser"
        script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >>{self.opened_addresses}\n')
        script.chmod(0o755)
        (applications / "test-browser.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName=Test\nExec={script} %u\n"
            "MimeType=x-scheme-handler/http;x-scheme-handler/https;\n")
        (applications / "mimeapps.list").write_text(
            "[Default Applications]\nx-scheme-handler/http=test-browser.desktop\n"
            "x-scheme-handler/https=test-browser.desktop\n")

    def _make_account(self, smtp):
        self.run("""
            const [name, email, port] = arguments;
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            MailServices.accounts.createLocalMailAccount();
            const account = MailServices.accounts.createAccount();
            account.incomingServer = MailServices.accounts.createIncomingServer("anna", "localhost", "pop3");
            account.incomingServer.port = 1;
            account.incomingServer.loginAtStartUp = account.incomingServer.doBiff = false;
            const server = MailServices.outgoingServer.createServer("smtp");
            server.QueryInterface(Ci.nsISmtpServer);
            server.hostname = "localhost";
            server.port = port;
            server.authMethod = Ci.nsMsgAuthMethod.none;
            server.socketType = Ci.nsMsgSocketType.plain;
            const identity = MailServices.accounts.createIdentity();
            identity.fullName = name;
            identity.email = email;
            identity.smtpServerKey = server.key;
            identity.composeHtml = true;
            account.addIdentity(identity);
            MailServices.accounts.defaultAccount = account;
            """, self.NAME, self.EMAIL, smtp)

    def close(self):
        """Ends Thunderbird and its display, and removes the profile."""
        if self.marionette is not None:
            try:
                self.run("Services.startup.quit(Ci.nsIAppStartup.eForceQuit)")
            except (MarionetteException, OSError):
                pass  # The answer is lost with the program.
            self.marionette = None
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.terminate()
                try:
                    self._process.wait(10)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._process = None
        if self._display is not None:
            self._display.close()
            self._display = None
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def log(self):
        """What Thunderbird printed."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    # Scripts

    def run(self, script, *arguments):
        """Runs a script with the program's own rights; what it returns."""
        return self.marionette.execute_script(script, script_args=list(arguments), sandbox="system", new_sandbox=True)

    def ask(self, script, *arguments):
        """The same for a script with `await`."""
        kind, value = self.marionette.execute_async_script(
            "const [parameters, done] = arguments; (async function () {" + script + "}).apply(null, parameters)"
            ".then(value => done(['value', value ?? null]), error => done(['error', `${error}\\n${error?.stack}`]))",
            script_args=[list(arguments)], sandbox="system", new_sandbox=True)
        assert kind == "value", f"{value}\nin the script\n{script}"
        return value

    def errors(self):
        """What the console of the program holds of errors that concern the extension."""
        return self.run("""
            return Services.console.getMessageArray()
                .map(one => { try { return one.QueryInterface(Ci.nsIScriptError); } catch { return null; } })
                .filter(one => one && !(one.flags & Ci.nsIScriptError.warningFlag)
                    && /moz-extension:/.test(`${one.sourceName} ${one.errorMessage}`))
                .map(one => `${one.sourceName}:${one.lineNumber}: ${one.errorMessage}`);
            """)

    # The extension

    def install(self, path):
        """Installs an extension until the end of the program; its id."""
        return Addons(self.marionette).install(str(path), temp=True)

    def grant(self):
        """Grants the permission that the extension asks for; what Thunderbird says of it."""
        def asked():
            return self.run("""
                const window = Services.wm.getMostRecentWindow("mail:3pane");
                window.focus();
                const asked = window.PopupNotifications.panel.querySelector("#addon-webext-permissions-notification");
                return window.PopupNotifications.panel.state == "open" && asked ? asked.textContent : null;
                """)
        said = wait_until(asked, "the question for a permission")
        self.run("""
            Services.wm.getMostRecentWindow("mail:3pane").PopupNotifications.panel
                .querySelector("#addon-webext-permissions-notification").button.click();
            """)
        return said

    def add_filelink(self, extension):
        """Adds an account of the extension's FileLink provider, as the settings do; its key."""
        return self.run(
            """return ChromeUtils.importESModule("resource:///modules/cloudFileAccounts.sys.mjs")
                .cloudFileAccounts.createAccount(`ext-${arguments[0]}`).accountKey""", extension)

    def is_configured(self, account):
        """Whether a FileLink account is offered in compose windows."""
        return self.run(
            """return ChromeUtils.importESModule("resource:///modules/cloudFileAccounts.sys.mjs")
                .cloudFileAccounts.getAccount(arguments[0]).configured""", account)

    def page(self, path, seconds=30):
        """The page of the extension whose address contains `path`, in a window or a tab, once it has been loaded."""
        return ExtensionPage.awaited(self, path, seconds)

    def has_page(self, path):
        """Whether such a page is open."""
        return ExtensionPage.find(self, path) is not None

    def open_tab(self, url):
        """Opens an address in a tab of the main window."""
        self.run(
            """Services.wm.getMostRecentWindow("mail:3pane").document.getElementById("tabmail").openTab("contentTab",
                { url: arguments[0], triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() })""", url)

    def extension_url(self, extension, path):
        """The address of a page of the extension."""
        return self.run("return WebExtensionPolicy.getByID(arguments[0]).getURL(arguments[1])", extension, path)

    def opened(self):
        """The addresses that were opened in the user's browser."""
        return self.opened_addresses.read_text().split() if self.opened_addresses.exists() else []

    # Mails

    def compose(self, **fields):
        """Opens a compose window: `to`, `cc`, `bcc`, `subject`, `body`, `plain`; see harness/compose.py."""
        return ComposeWindow.opened(self, **fields)

    def compose_windows(self):
        """The ids of the compose windows that are open."""
        return self.run(
            'return [...Services.wm.getEnumerator("msgcompose")].map(one => one.docShell.outerWindowID)')

    def set_dark(self, dark):
        """Switches to dark or light colours, as the system does."""
        self.run("""
            Services.prefs.setIntPref("ui.systemUsesDarkTheme", arguments[0]);
            Services.prefs.setIntPref("layout.css.prefers-color-scheme.content-override", 1 - arguments[0]);
            """, int(dark))
        wait_until(
            lambda: dark == self.run("""
                return Services.wm.getMostRecentWindow("mail:3pane").matchMedia("(prefers-color-scheme: dark)").matches
                """), "the colours to change")

    def make_list(self, name, *addresses):
        """Makes a list in the address book."""
        self.run("""
            const [name, addresses] = arguments;
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const book = MailServices.ab.getDirectoryFromId("ldap_2.servers.pab");
            const list = Cc["@mozilla.org/addressbook/directoryproperty;1"].createInstance(Ci.nsIAbDirectory);
            list.isMailList = true;
            list.dirName = name;
            const made = book.addMailList(list);
            for (const address of addresses) {
                const card = Cc["@mozilla.org/addressbook/cardproperty;1"].createInstance(Ci.nsIAbCard);
                card.primaryEmail = address;
                made.addCard(card);
            }
            """, name, addresses)

    def set_offline(self, offline):
        """Switches between working offline and online."""
        self.run("Services.io.offline = arguments[0]", offline)

    # What a person would see

    def dialogs(self):
        """The texts of the dialogs of the program that wait for an answer."""
        # One that is still being opened says nothing yet.
        return self.run(DIALOGS + """
            return dialogs.map(one => one.document.getElementById("infoBody")?.textContent).filter(Boolean);
            """)

    def answer_dialog(self, button="accept"):
        """Answers the dialog that waits."""
        self.run(DIALOGS + """
            dialogs[0].document.getElementById("commonDialog").getButton(arguments[0]).click();
            """, button)

    def screenshot(self, name, window=None, folder=SCREENSHOTS):
        """Keeps a picture of a window (an id, else the newest) as NAME.png; its path."""
        data = self.ask("""
            const window = arguments[0]
                ? Services.wm.getOuterWindowWithId(arguments[0]) : Services.wm.getMostRecentWindow(null);
            const canvas = window.document.createElementNS("http://www.w3.org/1999/xhtml", "canvas");
            canvas.width = window.innerWidth;
            canvas.height = window.innerHeight;
            const picture = await window.browsingContext.currentWindowGlobal.drawSnapshot(
                new DOMRect(0, 0, window.innerWidth, window.innerHeight), 1, "rgb(255,255,255)");
            canvas.getContext("2d").drawImage(picture, 0, 0);
            return canvas.toDataURL("image/png").split(",")[1];
            """, window)
        path = pathlib.Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))
        return path
