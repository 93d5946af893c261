namespace Heliostat.Client.Authentication;

/// <summary>
/// A mechanism whose credential has an end. While somebody runs it, the credential is renewed before it ends; otherwise the first
/// connection that needs one waits for it.
/// </summary>
public interface ILogin
{
    /// <summary>
    /// Renews until <paramref name="ct"/> says stop. One failed renewal is logged and tried again; the old credential is used as long as it
    /// is good.
    /// </summary>
    Task RunAsync(CancellationToken ct);
}
