namespace Heliostat.Broker.Quotas;

/// <summary>What may be limited (QuotaConfig).</summary>
internal static class QuotaKeys
{
    public const string ProducerByteRate = "producer_byte_rate";
    public const string ConsumerByteRate = "consumer_byte_rate";

    private const string ConnectionCreationRate = "connection_creation_rate";

    /// <summary>For users and client ids.</summary>
    public static readonly IReadOnlyList<string> OfClients = [ProducerByteRate, ConsumerByteRate, "request_percentage",
        "controller_mutation_rate"];

    public static readonly IReadOnlyList<string> OfAddresses = [ConnectionCreationRate];

    /// <summary>Without fractions.</summary>
    public static readonly IReadOnlyList<string> Whole = [ProducerByteRate, ConsumerByteRate, ConnectionCreationRate];
}
