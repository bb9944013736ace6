import Localization

/// Charts of columns over the same stretches of time, with a table of the same numbers: each chart says by title and
/// summary what it shows, so that nothing is told by shape or colour alone.
struct ChartGroup: Sendable {
    /// A column.
    struct Bar: Sendable {
        let x: String
        let y: String
        let width: String
        let height: String
        let title: String
    }

    /// One row of columns.
    struct Chart: Sendable {
        let kind: String
        let icon: String
        let title: String
        let total: String
        let note: String
        let label: String
        let bars: [Bar]
    }

    /// One stretch of time in the table.
    struct Row: Sendable {
        let label: String
        let cells: [String]
    }

    /// What one chart shows, before it is drawn.
    struct Series {
        /// The colour, `good`, `warn`, `bad` or `active`, with a sign.
        let kind: String
        let icon: String
        let title: String
        /// One number for each stretch of time, oldest first.
        let counts: [Int]
    }

    private static let extent = (width: 720, height: 72)

    let id: String
    let title: String
    let charts: [Chart]
    let isStacked: Bool
    let width: String
    let first: String
    let last: String
    let tableTitle: String
    let unit: String
    let heads: [String]
    let rows: [Row]

    /// - Parameters:
    ///   - id: a name for the heading.
    ///   - title: what and when.
    ///   - series: what is shown, chart by chart.
    ///   - labels: how the stretches of time are called, oldest first.
    ///   - last: what the last one is called below the charts.
    ///   - unit: what such a stretch is, at the head of the table.
    ///   - isStacked: whether the charts stand one below the other, each over the whole width.
    ///   - most: says how many there were at most in one of them.
    init(
        id: String, title: String, series: [Series], labels: [String], last: String? = nil, unit: String,
        isStacked: Bool = false, text: Localizer, most: (Int) -> String
    ) {
        self.id = id
        self.title = title
        charts = series.map { Self.chart($0, labels, title: title, text, most) }
        self.isStacked = isStacked || series.count == 1
        width = String(Self.extent.width)
        first = labels.first ?? ""
        self.last = last ?? labels.last ?? ""
        tableTitle = title
        self.unit = unit
        heads = series.map(\.title)
        rows = labels.indices.reversed().map { index in
            Row(
                label: labels[index],
                cells: series.map { text.number($0.counts.indices.contains(index) ? $0.counts[index] : 0) })
        }
    }

    private static func chart(
        _ series: Series, _ labels: [String], title: String, _ text: Localizer, _ most: (Int) -> String
    ) -> Chart {
        let (total, greatest) = (series.counts.reduce(0, +), series.counts.max() ?? 0)
        let note = greatest == 0 ? text("page.chart.none") : most(greatest)
        return Chart(
            kind: series.kind, icon: series.icon, title: series.title, total: text.number(total), note: note,
            label: text(
                "page.chart.label",
                ["what": series.title, "when": title, "total": text.number(total), "most": note]),
            bars: bars(series.counts, labels, greatest: greatest, text))
    }

    private static func bars(_ counts: [Int], _ labels: [String], greatest: Int, _ text: Localizer) -> [Bar] {
        // In tenths, so that no column is wider than another.
        let pitch = extent.width * 10 / max(1, counts.count)
        func tenths(_ value: Int) -> String { "\(value / 10).\(value % 10)" }
        return zip(counts.indices, zip(counts, labels)).filter { $1.0 > 0 }.map { index, column in
            // One of many is still seen.
            let height = max(2, column.0 * extent.height / max(1, greatest))
            return Bar(
                x: tenths(index * pitch + pitch / 10), y: String(extent.height - height),
                width: tenths(pitch - pitch / 5), height: String(height),
                title: "\(column.1): \(text.number(column.0))")
        }
    }
}
