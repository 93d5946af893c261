using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client;

/// <summary>
/// The security of one client where it may change while the client runs: passwords, tokens and certificates are renewed on one side first.
/// Used from many threads.
/// </summary>
public interface ISecuritySource
{
    /// <summary>What was read last and was good: the same object for as long as nothing changed.</summary>
    SecurityOptions Current { get; }

    /// <summary>
    /// How old what was read may be when it is needed; <see cref="Timeout.InfiniteTimeSpan"/>: as old as it is, until somebody refuses it.
    /// </summary>
    TimeSpan MaxAge { get; }

    /// <summary>Reads again what is too old. Never throws: what cannot be used leaves the old in use.</summary>
    /// <param name="time">The clock of the one who asks.</param>
    /// <param name="isDoubted">What there is was refused, or the broker's certificate was: a second is too old.</param>
    /// <returns>What came of it, for the log; null when there is nothing to tell.</returns>
    StoreReload? Refresh(TimeProvider time, bool isDoubted);
}
