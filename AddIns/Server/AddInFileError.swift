/// A file of an add-in is not what it should be.
public enum AddInFileError: Error, Equatable, Sendable {
    /// The file is not there or cannot be read.
    case missing(String)
    /// It is no JSON object.
    case notJSON(String)
    /// It names something between braces that nobody knows.
    case unknownPlaceholder(String)
    /// A script imports or exports in a form that one script cannot be made of.
    case notBundled(String)
    /// An archive of it cannot be written.
    case notPacked(String)
}
