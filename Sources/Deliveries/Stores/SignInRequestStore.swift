public import Foundation

/// Keeps add-ins' requests to act for an account.
public protocol SignInRequestStore {
    /// Adds a request.
    func insert(_ request: SignInRequest) throws
    /// The request of that name, as long as it lives.
    func request(_ id: SignInRequestID, now: Date) throws -> SignInRequest?
    /// Stores its state and who confirmed it.
    func update(_ request: SignInRequest) throws
    /// Removes a request that was answered.
    func remove(_ id: SignInRequestID) throws
    /// Removes all that an account answered.
    func removeAll(of account: AccountID) throws
    /// Removes all that have run out.
    func removeExpired(now: Date) throws
}
