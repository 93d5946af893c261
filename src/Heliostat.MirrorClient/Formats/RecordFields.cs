using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.Formats;

/// <summary>Keys and values of records laid out as Kafka's <c>Schema</c> class does: fields in order, nothing between them.</summary>
internal static class RecordFields
{
    public static byte[] Write<T>(T body) where T : IBody, new()
    {
        var buffer = new WireBuffer();
        new WireWriter(buffer, 0, flexible: false).Body(ref body);
        return buffer.ToArray();
    }

    /// <summary>Bytes behind the last field are ignored, as Kafka does. Throws <see cref="Protocol.MalformedFrameException"/>.</summary>
    public static T Read<T>(ReadOnlySpan<byte> bytes) where T : IBody, new()
    {
        var body = new T();
        new WireReader(bytes.ToArray(), 0, flexible: false).Body(ref body);
        return body;
    }
}
