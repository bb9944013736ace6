/// Why the key ring could not be loaded or a sealed value could not be opened.
public enum KeyRingError: Error, Hashable, CustomStringConvertible {
    /// There is no key file at the path.
    case missing(path: String)
    /// There is no key file at the path, and the database, which several nodes may share, was made with one.
    case missingOnNode(path: String)
    /// A key file is there already; it is never overwritten.
    case exists(path: String)
    /// Others than its owner may read the key file; `mode` is its permission bits.
    case tooOpen(path: String, mode: UInt32)
    /// The key file cannot be read or written; `reason` is the system's text.
    case inaccessible(path: String, reason: String)
    /// A line of the key file is not understood; lines count from 1, and 0 means that there is no key in it at all.
    case malformed(path: String, line: Int)
    /// The keys are not those that the data was sealed with.
    case wrongKey
    /// The value was sealed with a key that the ring does not have; the id is eight hexadecimal digits.
    case unknownKey(id: String)
    /// The value was sealed by a newer version of the program.
    case unsupportedVersion(UInt8)
    /// The value is damaged, was changed, or belongs to another place.
    case tampered

    /// The stable code for logs and problem documents.
    public var code: String {
        switch self {
        case .missing, .missingOnNode: "key-file-missing"
        case .exists: "key-file-exists"
        case .tooOpen: "key-file-too-open"
        case .inaccessible: "key-file-inaccessible"
        case .malformed: "key-file-malformed"
        case .wrongKey: "key-wrong"
        case .unknownKey: "key-unknown"
        case .unsupportedVersion: "sealed-version-unsupported"
        case .tampered: "sealed-value-tampered"
        }
    }

    /// Whether trying again is in vain; it always is until somebody acts.
    public var isPermanent: Bool { true }

    /// What is wrong and what to do, in plain words; holds no secret.
    public var description: String {
        switch self {
        case .missing(let path):
            """
            There is no key file at \(path). Without it, the data that exists cannot be read. If it was moved, set \
            DEPESCHE_KEY_FILE to its place; if the data was restored from a backup, restore the key file too.
            """
        case .missingOnNode(let path):
            """
            There is no key file at \(path), but the database was made with one. All nodes of an installation have the \
            same master key: copy the key file of the first node there (mode 0600), or set DEPESCHE_KEY_FILE to its \
            place. After a restore, restore the key file too. No key was made here.
            """
        case .exists(let path):
            "There is a key file at \(path) already. It is never overwritten, because the data depends on it."
        case .tooOpen(let path, let mode):
            """
            The key file \(path) may be read by others (mode \(String(mode, radix: 8))). Allow only its owner: \
            chmod 600 \(path)
            """
        case .inaccessible(let path, let reason):
            "The key file \(path) cannot be used: \(reason)."
        case .malformed(let path, let line):
            line == 0
                ? "The file \(path) holds no key. Is DEPESCHE_KEY_FILE set to the right file?"
                : "Line \(line) of the key file \(path) is not a key. Restore the file from your copy of it."
        case .wrongKey:
            """
            The key file is not the one that the data was encrypted with. Set DEPESCHE_KEY_FILE to the right key \
            file, or restore it from your copy; several nodes on one database all have that of the first. \
            Nothing was changed.
            """
        case .unknownKey(let id):
            "A stored value was encrypted with the key \(id), which the key file does not hold."
        case .unsupportedVersion(let version):
            "A stored value has the format version \(version), which this version of Depesche does not know."
        case .tampered:
            "A stored value is damaged or does not belong where it stands."
        }
    }
}
