/// Metrics in the text exposition format of Prometheus, version 0.0.4.
public struct MetricsText: Sendable {
    /// What a metric is.
    public enum Kind: String, Sendable {
        /// Only rises, until a restart.
        case counter
        /// Rises and falls.
        case gauge
    }

    /// One value with its labels.
    public struct Sample: Sendable {
        let labels: [(name: String, value: String)]
        let value: Double

        /// A value.
        public init(_ value: Double, _ labels: (name: String, value: String)...) {
            self.labels = labels
            self.value = value
        }
    }

    /// What the answer is.
    public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// The text so far.
    public private(set) var text = ""

    /// No metrics yet.
    public init() {}

    /// Adds a metric; one without values is left out.
    ///
    /// - Parameters:
    ///   - name: lower-case letters, digits and underscores; a counter's ends with `_total`.
    ///   - kind: what it is.
    ///   - help: what it means, one line.
    ///   - samples: its values.
    public mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help, quoted: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quoted: true))\"" }
            text += name
            if !labels.isEmpty { text += "{\(labels.joined(separator: ","))}" }
            text += " \(Self.number(sample.value))\n"
        }
    }

    private static func escaped(_ text: String, quoted: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quoted: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }
}
