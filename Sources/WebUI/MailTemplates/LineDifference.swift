/// What became of the lines of a text: which stayed, which went, which came.
struct LineDifference: Equatable {
    enum Line: Equatable {
        case same(String)
        case removed(String)
        case added(String)
    }

    let lines: [Line]

    init(from old: String, to new: String) {
        let old = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let changes = new.difference(from: old)
        let removals = Dictionary(
            changes.removals.map { change in
                guard case .remove(let offset, let text, _) = change else { return (-1, "") }
                return (offset, text)
            }, uniquingKeysWith: { one, _ in one })
        let insertions = Set(
            changes.insertions.map { change in
                guard case .insert(let offset, _, _) = change else { return -1 }
                return offset
            })
        var lines: [Line] = []
        var (from, to) = (0, 0)
        while from < old.count || to < new.count {
            if let text = removals[from], from < old.count {
                lines.append(.removed(text))
                from += 1
            } else if insertions.contains(to), to < new.count {
                lines.append(.added(new[to]))
                to += 1
            } else if from < old.count, to < new.count {
                lines.append(.same(new[to]))
                from += 1
                to += 1
            } else {
                break
            }
        }
        self.lines = lines
    }
}
