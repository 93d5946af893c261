namespace Heliostat.Protocol.Messages;

/// <summary>API keys, with Kafka's numbers (ApiKeys.java).</summary>
public enum ApiKey : short
{
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    ApiVersions = 18,
}
