namespace Heliostat.Broker.Quotas;

/// <summary>What may be limited (QuotaConfig).</summary>
internal static class QuotaKeys
{
    public const string ProducerByteRate = "producer_byte_rate";
    public const string ConsumerByteRate = "consumer_byte_rate";

    public static readonly IReadOnlyList<string> All =
        [ProducerByteRate, ConsumerByteRate, "request_percentage", "controller_mutation_rate", "connection_creation_rate"];
}
