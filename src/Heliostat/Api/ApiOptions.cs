using System.Net;

namespace Heliostat.Api;

/// <summary>How the API is served.</summary>
internal sealed record ApiOptions
{
    /// <summary>Where; port 0 is any that is free.</summary>
    public required IReadOnlyList<IPEndPoint> Listeners { get; init; }

    /// <summary>What said so, for who is told that it cannot be.</summary>
    public string Key { get; init; } = "heliostat.api.listeners";

    /// <summary>Who may do what; null: anybody on this machine everything, others may look.</summary>
    public TokenFile? Tokens { get; init; }

    /// <summary>Without tokens other machines may do everything, too.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Reads the mirror's file again, or only says what would come of it; null where there is none.</summary>
    public Func<bool, CancellationToken, Task<ReloadDocument>>? Reload { get; init; }

    /// <summary>For TLS; null for none.</summary>
    public ServedCertificate? Certificate { get; init; }

    /// <summary>Names besides this machine's own by which it is called.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
