import Deliveries
import FileVault
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Localization
import Logging
import NIOCertificateReloading
import NIOCore
import NIOPosix
import NIOSSL
import Outbox
import RESTAPI
import ServiceLifecycle
import UnixSignals
import WebServer
import WebUI

/// The server: one service group of what the roles of this node demand.
public struct Server {
    /// How long a stop waits for transfers and mails under way, seconds.
    private static let gracefulStop = 30

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Parameters:
    ///   - configuration: where things lie and where to listen.
    ///   - announces: whether people read standard output: then the address and, on new data, the set-up link are
    ///     printed.
    public static func run(_ configuration: Configuration, announces: Bool) async throws {
        var logger = Logger(label: "depesche") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        let installation = try await Installation.open(configuration, logger: logger)
        do {
            try await installation.prepareVault()
            if configuration.isDemo { try await Demo(installation).fill() }
            installation.listenToNodes()
            // The last one is the first to be told of a stop.
            let services =
                try await services(installation, announces: announces)
                + [DatabaseFarewell(database: installation.database)]
            // Kept to the end: from now on, signals do not end the process.
            let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
            defer { withExtendedLifetime(signals) {} }
            let drain = ServiceGroupConfiguration.ServiceConfiguration(
                service: Drain(installation, signals: signals),
                successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup)
            var group = ServiceGroupConfiguration(
                services: [drain]
                    + services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
                logger: logger)
            group.maximumGracefulShutdownDuration = .seconds(Self.gracefulStop)
            group.maximumCancellationDuration = .seconds(Self.gracefulStop)
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError where [EADDRINUSE, EACCES, EADDRNOTAVAIL].contains(error.errnoCode) {
            await installation.close()
            throw StartError.cannotListen(configuration, errno: error.errnoCode)
        } catch {
            await installation.close()
            throw error
        }
        await installation.close()
        logger.info("stopped")
    }

    static func services(_ installation: Installation, announces: Bool) async throws -> [any Service] {
        let configuration = installation.configuration
        let sends = configuration.roles.contains(.mailOut)
        let desk = AdminDesk(installation)
        // What a page or a command began here is carried out here, whatever the roles are.
        var services: [any Service] = [
            ScheduledWork(installation, runsJobs: sends),
            installation.mailTestRuns,
            installation.destinationOrders,
            installation.mailboxChecks,
            installation.mailServerChecks,
            ControlServer(path: configuration.controlSocket.path, logger: installation.logger) {
                await desk.perform($0)
            },
        ]
        if sends {
            services += [
                OutboxWorker(
                    database: installation.database, settings: installation.settings, attempt: installation.attempt,
                    routes: installation.routes, wakeUp: installation.wakeUp, now: installation.now,
                    logger: installation.logger),
                VirusScanWork(installation), CertificateOrders(installation),
            ]
        }
        if configuration.roles.contains(.mailIn) {
            let mailTLS = try TLSFiles.mail(configuration, logger: installation.logger)
            if let watch = mailTLS?.watch { services.append(watch) }
            services.append(
                MailDoors(installation, tls: MailTLS(files: mailTLS, certificates: installation.certificates)))
        }
        let tls = try TLSFiles(configuration, logger: installation.logger)
        if let watch = tls?.watch { services.append(watch) }
        services.append(try application(installation, tls: tls, announces: announces))
        return services
    }

    /// The application with the doors of the roles: the same for main and tests.
    static func application(
        _ installation: Installation, tls: TLSFiles?, announces: Bool
    ) throws -> some ApplicationProtocol {
        let configuration = installation.configuration
        let limit = ConnectionLimit()
        let router = try Doors(installation, hasOwnTLS: tls != nil, limit: limit).router()
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [limit.handler()], idleTimeout: .seconds(75))
        let server: HTTPServerBuilder
        if let tls {
            server = try .tls(.http1(configuration: http), configuration: .init(tlsConfiguration: tls.configuration))
        } else {
            server = .http1(configuration: http)
        }
        return Application(
            responder: router.buildResponder(), server: server,
            configuration: .init(
                address: .hostname(configuration.listenHost, port: configuration.listenPort), serverName: nil),
            onServerRunning: { channel in
                await Announcement(installation).make(
                    channel: channel, isForPeople: announces && configuration.roles.contains(.web))
            }, logger: installation.logger)
    }
}
