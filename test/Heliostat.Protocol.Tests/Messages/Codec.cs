using Heliostat.Protocol.Wire;
using SchemaCheck;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>Reads and writes one message without the caller knowing its type, so that tests can go through them all.</summary>
internal abstract class Codec
{
    private static readonly Dictionary<string, Codec> ByName = Message.All.ToDictionary(
        message => message.Name,
        message => (Codec)Activator.CreateInstance(typeof(Codec<>).MakeGenericType(message.Body), message)!);

    protected Codec(Message message)
    {
        Message = message;
    }

    public Message Message { get; }

    public static Codec Of(string name) => ByName[name];

    /// <summary>Every message with each of its versions.</summary>
    public static IEnumerable<(Codec Codec, short Version)> Everything() =>
        from codec in ByName.Values
        from version in Enumerable.Range(codec.Message.MinVersion, codec.Message.MaxVersion - codec.Message.MinVersion + 1)
        select (codec, (short)version);

    /// <summary>A new body.</summary>
    public abstract IBody New();

    /// <summary>A body with random values in all fields of the version.</summary>
    public abstract IBody Random(short version, Random random);

    public abstract byte[] Write(IBody body, short version);

    /// <summary>Reads into <paramref name="body"/>; returns how many bytes are left.</summary>
    public abstract int Read(IBody body, byte[] bytes, short version);
}

internal sealed class Codec<T>(Message message) : Codec(message) where T : class, IBody, new()
{
    public override IBody New() => new T();

    public override IBody Random(short version, Random random)
    {
        var body = new T();
        var filler = new RandomWire(version, Message.IsFlexible(version), random);
        filler.Struct(ref body, "");
        return body;
    }

    public override byte[] Write(IBody body, short version)
    {
        var buffer = new WireBuffer();
        var writer = new WireWriter(buffer, version, Message.IsFlexible(version));
        var typed = (T)body;
        writer.Body(ref typed);
        return buffer.ToArray();
    }

    public override int Read(IBody body, byte[] bytes, short version)
    {
        var reader = new WireReader(bytes, version, Message.IsFlexible(version));
        var typed = (T)body;
        reader.Body(ref typed);
        return reader.Remaining;
    }
}
