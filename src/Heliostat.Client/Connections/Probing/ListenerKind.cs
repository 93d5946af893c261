namespace Heliostat.Client.Connections.Probing;

/// <summary>What a listener is, as far as it can be found out without a login.</summary>
internal enum ListenerKind
{
    /// <summary>It ends every connection without a word, or is out of reach.</summary>
    Unknown,

    /// <summary>It speaks Kafka and takes no login: what it did not like was something else.</summary>
    Open,

    /// <summary>It speaks Kafka, and takes no request before a login.</summary>
    WantsLogin,

    /// <summary>It speaks TLS.</summary>
    Tls,

    /// <summary>A broker of Kafka 0.9, which cannot tell what it speaks.</summary>
    Kafka09,

    /// <summary>A broker of Kafka 0.8, which cannot tell what it speaks.</summary>
    Kafka08,
}
