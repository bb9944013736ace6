import Foundation
import Testing
import WebServer

@testable import Composition

@Suite struct ProcessFiguresTests {
    /// As Linux writes it, with a name that is made to mislead.
    private static let stat = """
        4711 (dep ) esche) S 1 4711 4711 0 -1 4194560 9000 0 3 0 250 50 0 0 20 0 9 0 12345 900000000 2500 18446744073709551615
        """
    private static let machine = "cpu  1 2 3\nbtime 1790000000\nprocesses 9\n"

    @Test func theFiguresOfTheKernelAreRead() throws {
        let figures = try #require(
            ProcessFigures(
                process: Self.stat, machine: Self.machine, openFiles: 42, mostFiles: 1_024, page: 4_096, tick: 100))
        #expect(figures.residentOctets == 2_500 * 4_096 && figures.openFiles == 42 && figures.mostFiles == 1_024)
        #expect(figures.startedAt == 1_790_000_123.45 && figures.cpuSeconds == 3)
        var metrics = MetricsText()
        figures.write(to: &metrics)
        #expect(metrics.text.contains("depesche_process_resident_memory_bytes 10240000\n"))
    }

    @Test func whatIsNotAsExpectedIsLeftOut() {
        for (process, machine) in [("", Self.machine), (Self.stat, ""), ("1 (x) S 1", Self.machine)] {
            #expect(
                ProcessFigures(
                    process: process, machine: machine, openFiles: 1, mostFiles: 1, page: 4_096, tick: 100) == nil)
        }
    }

    @Test func thisProcessHasSome() throws {
        let figures = try #require(ProcessFigures.current)
        #expect(figures.residentOctets > 1 << 20 && figures.openFiles > 2 && figures.mostFiles >= figures.openFiles)
        #expect(figures.startedAt > 1_000_000_000 && figures.startedAt <= Date().timeIntervalSince1970 + 5)
    }
}
