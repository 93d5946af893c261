using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Authentication;

/// <summary>What mechanisms need beside their options.</summary>
public sealed record SaslSurroundings
{
    /// <summary>The name of the side in log lines.</summary>
    public required string Cluster { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Jitter only; what must not be guessed is made by the system's own generator.</summary>
    public required Random Random { get; init; }

    /// <summary>How HTTP is spoken to endpoints; null: over the network. For tests.</summary>
    internal HttpMessageHandler? Http { get; init; }

    /// <summary>The environment, as AWS's settings are looked up in it.</summary>
    internal Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
