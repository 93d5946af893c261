namespace Heliostat.Mirroring.Topics;

/// <summary>What Kafka allows topics to be called (<c>org.apache.kafka.common.internals.Topic</c>).</summary>
internal static class TopicName
{
    public const int MaxLength = 249;

    public static bool IsTooLong(string name) => name.Length > MaxLength;

    /// <summary>Whether the name is made of what Kafka allows, however long it is.</summary>
    public static bool IsValid(string name) =>
        name is not ("" or "." or "..") && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Names with one key are one name in Kafka's metrics; brokers refuse to create the second of them.</summary>
    public static string MetricKey(string name) => name.Replace('.', '_');
}
