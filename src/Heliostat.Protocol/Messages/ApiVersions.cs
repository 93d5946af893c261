using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Asks which APIs and versions a broker serves; the first request of a connection.</summary>
public sealed class ApiVersionsRequest : IRequest<ApiVersionsResponse>
{
    public string ClientSoftwareName = "";
    public string ClientSoftwareVersion = "";

    public Api Api => Api.ApiVersions;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 3) w.String(ref ClientSoftwareName);
        if (w.Version >= 3) w.String(ref ClientSoftwareVersion);
    }
}

/// <summary>
/// A broker that does not know the version of the request answers in version 0 with <see cref="ErrorCode.UnsupportedVersion"/> (KIP-511).
/// </summary>
public sealed class ApiVersionsResponse : IBody
{
    public ErrorCode ErrorCode;
    public List<ApiVersion> ApiKeys = [];
    public int ThrottleTimeMs;
    public List<SupportedFeatureKey> SupportedFeatures = [];
    public long FinalizedFeaturesEpoch = -1;
    public List<FinalizedFeatureKey> FinalizedFeatures = [];
    public bool ZkMigrationReady;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.Array(ref ApiKeys);
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.TaggedArray(0, ref SupportedFeatures);
        if (w.Tag(1, ref FinalizedFeaturesEpoch, absent: -1)) w.Int64(ref FinalizedFeaturesEpoch);
        w.TaggedArray(2, ref FinalizedFeatures);
        if (w.Tag(3, ref ZkMigrationReady, absent: false)) w.Bool(ref ZkMigrationReady);
    }
}

public sealed class ApiVersion : IBody
{
    public short ApiKey;
    public short MinVersion;
    public short MaxVersion;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int16(ref ApiKey);
        w.Int16(ref MinVersion);
        w.Int16(ref MaxVersion);
    }
}

/// <summary>A feature that the broker could run (KIP-584).</summary>
public sealed class SupportedFeatureKey : IBody
{
    public string Name = "";
    public short MinVersion;
    public short MaxVersion;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int16(ref MinVersion);
        w.Int16(ref MaxVersion);
    }
}

/// <summary>A feature at the level that the whole cluster runs (KIP-584).</summary>
public sealed class FinalizedFeatureKey : IBody
{
    public string Name = "";
    public short MaxVersionLevel;
    public short MinVersionLevel;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int16(ref MaxVersionLevel);
        w.Int16(ref MinVersionLevel);
    }
}
