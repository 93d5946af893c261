using System.Net;

namespace Heliostat.Configuration.Options;

/// <summary>How a file wants the API and the page of a running mirror to be served.</summary>
public sealed record ServedApi
{
    /// <summary>Where; nowhere when empty; null where the file does not say.</summary>
    public IReadOnlyList<IPEndPoint>? Listeners { get; init; }

    /// <summary>One of them is written with <c>http://</c>; with a certificate it is served over TLS all the same.</summary>
    public bool SaysHttp { get; init; }

    /// <summary>A file of tokens; null where none are asked for.</summary>
    public string? TokensFile { get; init; }

    /// <summary>Other machines may come without TLS.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Without tokens other machines may change things too.</summary>
    public bool IsOpen { get; init; }

    /// <summary>A PEM file with the certificate by which it is served over TLS; null where it is served without.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with its key; null where that is in the certificate's file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Names besides the machine's own by which it is called.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
