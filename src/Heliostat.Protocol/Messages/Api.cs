namespace Heliostat.Protocol.Messages;

/// <summary>
/// One API of the Kafka protocol: its key, the versions served here and the first flexible one (KIP-482).
/// Client and broker negotiate from this table; tests enumerate it.
/// </summary>
public sealed record Api(ApiKey Key, short MinVersion, short MaxVersion, short FlexibleFrom)
{
    public static readonly Api Produce = new(ApiKey.Produce, 0, 13, 9);
    public static readonly Api ListOffsets = new(ApiKey.ListOffsets, 0, 11, 6);
    public static readonly Api ApiVersions = new(ApiKey.ApiVersions, 0, 4, 3);

    /// <summary>Every API served, by key.</summary>
    public static readonly IReadOnlyList<Api> All = [Produce, ListOffsets, ApiVersions];

    public bool IsFlexible(short version) => version >= FlexibleFrom;

    /// <summary>Request header 2 carries tagged fields; 1 ends with the client id.</summary>
    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>Response header 1 carries tagged fields; the ApiVersions response always has 0, so that any client can read it (KIP-511).</summary>
    public short ResponseHeaderVersion(short version) => IsFlexible(version) && Key != ApiKey.ApiVersions ? (short)1 : (short)0;
}
