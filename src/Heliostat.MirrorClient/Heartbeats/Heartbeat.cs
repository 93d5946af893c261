using Heliostat.MirrorClient.Formats;
using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.Heartbeats;

/// <summary>A sign of life of a flow, written on its target.</summary>
internal sealed record Heartbeat(string SourceClusterAlias, string TargetClusterAlias, DateTimeOffset Timestamp)
{
    /// <summary>Of a record in a heartbeats topic. Throws <see cref="MalformedFrameException"/>.</summary>
    public static Heartbeat Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var k = RecordFields.Read<Key>(key);
        var v = RecordFields.Read<Value>(value);
        if (v.Timestamp < DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            || v.Timestamp > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            MalformedFrameException.Throw("no point in time", v.Timestamp);
        }

        return new(k.SourceClusterAlias, k.TargetClusterAlias, DateTimeOffset.FromUnixTimeMilliseconds(v.Timestamp));
    }

    /// <summary>The record's key.</summary>
    public byte[] WriteKey() =>
        RecordFields.Write(new Key { SourceClusterAlias = SourceClusterAlias, TargetClusterAlias = TargetClusterAlias });

    /// <summary>The record's value: the time in milliseconds.</summary>
    public byte[] WriteValue() => RecordFields.Write(new Value { Timestamp = Timestamp.ToUnixTimeMilliseconds() });

    private sealed class Key : IBody
    {
        public string SourceClusterAlias = "";
        public string TargetClusterAlias = "";

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.String(ref SourceClusterAlias);
            w.String(ref TargetClusterAlias);
        }
    }

    private sealed class Value : IBody
    {
        public short Version;
        public long Timestamp;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.Int16(ref Version);
            if (Version != 0) MalformedFrameException.Throw("unknown version of a heartbeat", Version);
            w.Int64(ref Timestamp);
        }
    }
}
