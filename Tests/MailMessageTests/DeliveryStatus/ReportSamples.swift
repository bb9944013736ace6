/// Mails as servers write them when a mail could not be delivered, in the formats of their makers.
enum ReportSamples {
    /// A report of Postfix (RFC 3464, 6522) for two recipients.
    static let postfix = """
        Return-Path: <>
        From: MAILER-DAEMON@mx.depesche.example (Mail Delivery System)
        To: b+abc@depesche.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
            boundary="A1.17/mx.depesche.example"
        Message-Id: <2026.1@mx.depesche.example>

        This is a MIME-encapsulated message.

        --A1.17/mx.depesche.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host mx.depesche.example.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

                           The mail system

        <bea@praxis.example>: host mail.praxis.example[192.0.2.7] said: 550 5.1.1
            <bea@praxis.example>: Recipient address rejected: User unknown in virtual
            mailbox table (in reply to RCPT TO command)

        <carl@praxis.example>: host mail.praxis.example[192.0.2.7] said: 452 4.2.2
            mailbox full (in reply to RCPT TO command)

        --A1.17/mx.depesche.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.depesche.example
        X-Postfix-Sender: rfc822; b+abc@depesche.example
        Arrival-Date: Mon, 23 Nov 2026 14:05:00 +0100 (CET)

        Final-Recipient: rfc822; bea@praxis.example
        Original-Recipient: rfc822;Bea@Praxis.example
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mail.praxis.example
        Diagnostic-Code: smtp; 550 5.1.1 <bea@praxis.example>: Recipient address
            rejected: User unknown in virtual mailbox table

        Final-Recipient: rfc822; carl@praxis.example
        Action: delayed
        Status: 4.2.2
        Remote-MTA: dns; mail.praxis.example
        Diagnostic-Code: smtp; 452 4.2.2 mailbox full

        --A1.17/mx.depesche.example
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        Received: from depesche.example (localhost [127.0.0.1])
        From: Anna <anna@kunde.example>
        To: bea@praxis.example
        Subject: Befunde
        Message-ID: <01abc@depesche.example>

        Guten Tag

        --A1.17/mx.depesche.example--
        """

    /// qmail's own form (QSBMF).
    static let qmail = """
        Return-Path: <>
        From: MAILER-DAEMON@mail.kanzlei.example
        To: anna@kunde.example
        Subject: failure notice

        Hi. This is the qmail-send program at mail.kanzlei.example.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <dora@kanzlei.example>:
        Sorry, no mailbox here by that name. (#5.1.1)

        <emil@kanzlei.example>:
        192.0.2.9 does not like recipient.
        Remote host said: 552 Error: disk quota exceeded
        Giving up on 192.0.2.9.

        --- Below this line is a copy of the message.

        Return-Path: <anna@kunde.example>
        Message-ID: <01abc@depesche.example>
        From: anna@kunde.example
        To: dora@kanzlei.example

        Guten Tag
        """

    /// Exim, with its own header line and no report part.
    static let exim = """
        Return-path: <>
        X-Failed-Recipients: fritz@amt.example
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mx.amt.example>
        To: anna@kunde.example
        Subject: Mail delivery failed: returning message to sender

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          fritz@amt.example
            SMTP error from remote mail server after RCPT TO:<fritz@amt.example>:
            host mx.amt.example [192.0.2.11]: 550 5.2.1 This account is disabled

        ------ This is a copy of the message, including all the headers. ------

        Message-ID: <01abc@depesche.example>
        To: fritz@amt.example
        """

    /// Exchange of the years before it wrote reports for machines.
    static let exchange = """
        From: System Administrator <postmaster@werk.example>
        To: anna@kunde.example
        Subject: Undeliverable: Befunde

        Your message

          To:      gerd@werk.example
          Subject: Befunde
          Sent:    Mon, 23 Nov 2026 14:05:00 +0100

        did not reach the following recipient(s):

        gerd@werk.example on Mon, 23 Nov 2026 14:05:02 +0100
            The recipient name is not recognized
                The MTS-ID of the original message is: c=de;a= ;p=werk;l=MX0-26
            MSEXCH:IMS:werk:MX0:MX 0 (000C05A6) Unknown Recipient
        """

    /// Exchange later: a page in HTML, the machine's words below.
    static let exchangeHTML = """
        From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@werk.example>
        To: anna@kunde.example
        Subject: =?utf-8?Q?Unzustellbar:_Befunde?=
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <html><body><p><b>Fehler bei der Nachrichtenzustellung an folgende Empf=C3=A4nger:<=
        /b></p><p><a href=3D"mailto:hans@werk.example">hans@werk.example</a><br>Die eingege=
        bene E-Mail-Adresse wurde nicht gefunden.</p><p>Diagnoseinformationen f=C3=BCr Adminis=
        tratoren:</p><p>Generierender Server: mx.werk.example</p><p>hans@werk.example<br>#=
        550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p></body></html>
        """

    /// A large provider's present form.
    static let provider = """
        Return-Path: <>
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
        To: anna@kunde.example
        Auto-Submitted: auto-replied
        Subject: Delivery Status Notification (Failure)
        References: <01abc@depesche.example>
        Content-Type: multipart/report; boundary="000f"; report-type=delivery-status

        --000f
        Content-Type: text/plain; charset="UTF-8"

        ** Address not found **

        Your message wasn't delivered to ida@gmail.example because the address couldn't be found, or is unable to receive mail.

        The response was:

        550 5.1.1 The email account that you tried to reach does not exist.
        --000f
        Content-Type: message/delivery-status

        Reporting-MTA: dns; googlemail.com

        Final-Recipient: rfc822; ida@gmail.example
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
         550-5.1.1 double-checking the recipient's email address for typos.

        --000f
        Content-Type: message/rfc822

        Message-ID: <01abc@depesche.example>

        --000f--
        """

    static let domino = """
        From: Notes Server <postmaster@bank.example>
        To: anna@kunde.example
        Subject: DELIVERY FAILURE: User jan not listed in Domino Directory

        Your message

          Subject: Befunde

        was not delivered to:

          jan@bank.example

        because:

          User jan (jan@bank.example) not listed in Domino Directory
        """

    static let sendmail = """
        From: Mail Delivery Subsystem <MAILER-DAEMON@uni.example>
        To: anna@kunde.example
        Subject: Returned mail: see transcript for details

        The original message was received at Mon, 23 Nov 2026 14:05:00 +0100
        from depesche.example [192.0.2.1]

           ----- The following addresses had permanent fatal errors -----
        <karl@uni.example>
            (reason: 552 5.2.3 Message size exceeds fixed maximum)

           ----- Transcript of session follows -----
        ... while talking to mx.uni.example.:
        >>> MAIL From:<anna@kunde.example> SIZE=99999999
        <<< 552 5.2.3 Message size exceeds fixed maximum
        554 5.0.0 Service unavailable
        """

    /// Exim's warning that it still tries.
    static let delay = """
        Return-path: <>
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mx.amt.example>
        To: anna@kunde.example
        Subject: Warning: message 1abc delayed 24 hours

        This message was created automatically by mail delivery software.
        A message that you sent has not yet been delivered to one or more of its
        recipients after more than 24 hours on the queue on mx.amt.example.

        The address to which the message has not yet been delivered is:

          lena@amt.example
            host mx.amt.example [192.0.2.11]: Connection timed out

        No action is required on your part. Delivery attempts will continue for
        some time, and this warning may be repeated at intervals.
        """

    /// A complaint (RFC 5965).
    static let complaint = """
        From: feedback@provider.example
        To: abuse@depesche.example
        Subject: FW: Befunde
        Content-Type: multipart/report; report-type=feedback-report; boundary="f1"

        --f1
        Content-Type: text/plain

        This is an email abuse report.
        --f1
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: Provider-FBL/1.0
        Version: 1
        Original-Rcpt-To: <mona@provider.example>
        Source-IP: 192.0.2.1

        --f1
        Content-Type: message/rfc822

        From: anna@kunde.example
        To: mona@provider.example
        Message-ID: <01abc@depesche.example>

        Guten Tag
        --f1--
        """

    static let outOfOffice = """
        From: Nora <nora@firma.example>
        To: anna@kunde.example
        Subject: Automatische Antwort: Befunde
        Auto-Submitted: auto-replied
        In-Reply-To: <01abc@depesche.example>

        Ich bin bis zum 1. Dezember nicht im Haus.
        """

    static let answer = """
        From: Otto <otto@firma.example>
        To: anna@kunde.example
        Subject: Re: Befunde
        In-Reply-To: <01abc@depesche.example>

        Vielen Dank, ist angekommen. Die Adresse bea@firma.example gibt es nicht mehr (user unknown).
        """
}
