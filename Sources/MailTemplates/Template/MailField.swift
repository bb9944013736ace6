/// A named place in a template that is filled when a mail is made. The raw values are stable: they stand in templates.
public enum MailField: String, CaseIterable, Sendable {
    /// The name of the organisation.
    case organisation
    /// The sender's name, or the address of one without a name.
    case sender
    /// The sender's name and address.
    case senderFull = "sender-full"
    /// The sender's address.
    case senderAddress = "sender-address"
    /// The recipient's name and address.
    case recipient
    /// The recipient's address.
    case recipientAddress = "recipient-address"
    /// The name of whoever caused the mail.
    case person
    /// Name and address of whoever caused the mail.
    case personFull = "person-full"
    /// The delivery's subject.
    case subject
    /// The time that the mail tells.
    case date
    /// The address that an account is signed in with.
    case account
    /// A domain or host name.
    case domain
    /// The name of a file.
    case file
    /// How many there are.
    case count
    /// For how many minutes something is valid.
    case minutes
    /// What the browser is called.
    case browser
    /// The former address.
    case former
    /// The mark by which a test mail is found.
    case marker
    /// The headline of the original.
    case heading
    /// The subject of the original.
    case standardSubject = "standard-subject"
    /// The address of the button, written out.
    case link
    /// The button with its address below.
    case button
    /// Further addresses.
    case links
    /// The table of facts.
    case details
    /// Files, recipients or fetches, one a line.
    case list
    /// The words of a person.
    case message
    /// The paragraphs of the original, which depend on the case.
    case explanation
    /// The notes of the original, which depend on the case.
    case hints
    /// The digits to be typed.
    case code

    /// Whether it is made by the layout and stands on a line of its own, instead of within a sentence.
    public var isBlock: Bool {
        switch self {
        case .button, .links, .details, .list, .message, .explanation, .hints, .code: true
        default: false
        }
    }

    /// Whether it may stand in a subject: one line, nothing that opens something.
    public var fitsSubject: Bool { !isBlock && self != .link }
}

extension MailKind {
    /// The fields that a template of this kind may use, in the order in which they are explained.
    public var fields: [MailField] {
        let used = Set(ownFields + [.organisation, .heading, .standardSubject] + (hasLink ? [.link, .button] : []))
        return MailField.allCases.filter(used.contains)
    }

    /// The fields that the body of a template must have, beside the link.
    public var requiredFields: [MailField] {
        switch self {
        case .delivery: [.message]
        case .code: [.code]
        case .test: [.links]
        default: []
        }
    }

    /// The fields that the subject must have.
    public var requiredInSubject: [MailField] { self == .test ? [.marker] : [] }

    /// Whether a template must have the link or the button.
    public var requiresLink: Bool { hasLink && self != .domainRefused }

    private var hasLink: Bool {
        switch self {
        case .withdrawn, .code, .accountDisabled: false
        default: true
        }
    }

    private var ownFields: [MailField] {
        let sender: [MailField] = [.sender, .senderFull, .senderAddress]
        let recipient: [MailField] = [.recipient, .recipientAddress]
        let person: [MailField] = [.person, .personFull]
        switch self {
        case .delivery: return sender + [.subject, .date, .details, .message, .list, .hints]
        case .downloaded: return [.subject, .details, .list, .explanation]
        case .passwordForgotten: return [.date]
        case .invitation: return person + [.account, .date, .details]
        case .code: return sender + [.minutes, .code]
        case .reminder: return sender + [.subject, .date, .details, .list]
        case .renewalAsked: return [.recipient, .subject, .date, .details]
        case .renewed, .withdrawn: return sender + [.subject, .date, .details]
        case .undeliverable: return recipient + [.subject, .explanation, .details]
        case .delayed: return recipient + [.subject, .date, .details]
        case .copy: return [.subject, .date, .count, .details, .message, .list]
        case .test: return person + [.date, .marker, .details, .links]
        case .reported: return sender + [.subject, .date, .details, .message]
        case .domainState: return [.domain, .explanation, .details]
        case .domainRequested: return person + [.domain, .details, .message]
        case .domainApproved: return [.domain, .date, .details, .links]
        case .domainRefused: return [.domain, .message]
        case .domainControl: return person + [.domain, .date]
        case .held: return sender + recipient + [.domain, .explanation, .details]
        case .certificate: return [.domain, .explanation, .details]
        case .virusFound: return sender + [.file, .explanation, .details]
        case .scannerSilent: return [.date, .explanation]
        case .allFetched: return [.subject, .count, .date, .explanation, .details]
        case .addressCorrected: return recipient + [.subject, .former, .details]
        case .uploadAbandoned: return [.subject, .date, .details, .list]
        case .passwordChanged, .newSignIn: return [.date, .browser, .details]
        case .accountDisabled: return [.account, .date, .details]
        case .storageLow: return [.details]
        case .quotaLow: return [.explanation]
        case .tookOver: return person + [.count, .details]
        case .dailySummary: return [.count, .date, .explanation, .details]
        case .outboxStuck: return [.count, .date, .details]
        case .gathered: return [.count, .date, .list]
        }
    }
}
