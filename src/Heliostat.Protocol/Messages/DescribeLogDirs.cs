using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists log folders with their replicas and sizes; null topics mean all.</summary>
public sealed class DescribeLogDirsRequest : IRequest<DescribeLogDirsResponse>
{
    public List<DescribableLogDirTopic>? Topics = [];

    public Api Api => Api.DescribeLogDirs;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.NullableArray(ref Topics);
    }
}

public sealed class DescribableLogDirTopic : IBody
{
    public string Topic = "";
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Int32Array(ref Partitions);
    }
}

public sealed class DescribeLogDirsResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public List<DescribeLogDirsResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        if (w.Version >= 3) w.Error(ref ErrorCode);
        w.Array(ref Results);
    }
}

public sealed class DescribeLogDirsResult : IBody
{
    public ErrorCode ErrorCode;
    public string LogDir = "";
    public List<DescribeLogDirsTopic> Topics = [];
    public long TotalBytes = -1;
    public long UsableBytes = -1;
    public bool IsCordoned;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.String(ref LogDir);
        w.Array(ref Topics);
        if (w.Version >= 4) w.Int64(ref TotalBytes);
        if (w.Version >= 4) w.Int64(ref UsableBytes);
        if (w.Version >= 5) w.Bool(ref IsCordoned);
    }
}

public sealed class DescribeLogDirsTopic : IBody
{
    public string Name = "";
    public List<DescribeLogDirsPartition> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Array(ref Partitions);
    }
}

public sealed class DescribeLogDirsPartition : IBody
{
    public int PartitionIndex;
    public long PartitionSize;
    public long OffsetLag;
    public bool IsFutureKey;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int64(ref PartitionSize);
        w.Int64(ref OffsetLag);
        w.Bool(ref IsFutureKey);
    }
}
