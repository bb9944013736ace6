"""OpenPGP in Thunderbird: a key for the user, and a look at signatures."""


class OpenPGP:
    """What Thunderbird signs and verifies with."""

    def __init__(self, thunderbird):
        self.thunderbird = thunderbird

    def sign_mails(self):
        """Makes an OpenPGP key for the user, and signs new mails with it."""
        self.thunderbird.ask("""
            const { RNP } = ChromeUtils.importESModule("chrome://openpgp/content/modules/RNP.sys.mjs");
            const { OpenPGPMasterpass } = ChromeUtils.importESModule("chrome://openpgp/content/modules/masterpass.sys.mjs");
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const identity = MailServices.accounts.defaultAccount.defaultIdentity;
            const key = await RNP.genKey(
                `Anna <${identity.email}>`, "ECC", 0, 30, await OpenPGPMasterpass.retrieveOpenPGPPassword());
            identity.setUnicharAttribute("openpgp_key_id", key.slice(-16));
            identity.signMail = true;
            """)

    def is_signed(self, mail):
        """Whether the OpenPGP signature of a mail fits its content."""
        _, signature = mail.message.iter_parts()
        begin = mail.raw.index(b"\r\n--" + mail.message.get_boundary().encode()) + 2
        begin = mail.raw.index(b"\r\n", begin) + 2
        end = mail.raw.index(b"\r\n--" + mail.message.get_boundary().encode(), begin)
        return self.thunderbird.ask("""
            const [content, signature, sender, date] = arguments;
            const { RNP } = ChromeUtils.importESModule("chrome://openpgp/content/modules/RNP.sys.mjs");
            return (await RNP.verifyDetached(content, signature, sender, new Date(date))).exitCode == 0;
            """, mail.raw[begin:end].decode("latin-1"), signature.get_content().decode("ascii"), mail.sender, mail["Date"])
