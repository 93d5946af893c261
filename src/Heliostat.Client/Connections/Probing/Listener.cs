namespace Heliostat.Client.Connections.Probing;

/// <summary>What was found out about a listener.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mechanisms">The SASL mechanisms of one that wants a login.</param>
internal sealed record Listener(ListenerKind Kind, IReadOnlyList<string> Mechanisms)
{
    public static Listener Of(ListenerKind kind) => new(kind, []);

    /// <summary>For the end of a sentence about its address: what it is, and what is to be set; null where nothing was found out.</summary>
    /// <param name="isEncrypted">It was asked over TLS.</param>
    public string? Describe(bool isEncrypted) => Kind switch
    {
        ListenerKind.WantsLogin =>
            $"wants a login (SASL {string.Join(", ", Mechanisms)}): set security.protocol = "
                + $"{(isEncrypted ? "SASL_SSL" : "SASL_PLAINTEXT")}, "
            + $"sasl.mechanism {(Mechanisms is [var only] ? $"= {only}" : "to one of these")} and sasl.jaas.config",
        ListenerKind.Tls => "speaks TLS: set security.protocol = SSL, or SASL_SSL where it wants a login too",
        ListenerKind.Kafka09 => "is a broker of Kafka 0.9: sources are read from 0.8.2 on, targets written from 0.10 on",
        ListenerKind.Kafka08 => "is a broker of Kafka 0.8: sources are read from 0.8.2 on, targets written from 0.10 on",
        _ => null,
    };
}
