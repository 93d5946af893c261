using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Heliostat.Protocol;

/// <summary>Bytes from outside that are not what the protocol says: nothing more of them can be trusted.</summary>
public sealed class MalformedFrameException(string message) : KafkaException(message)
{
    [DoesNotReturn]
    public static void Throw(string message) => throw new MalformedFrameException(message);

    /// <summary>Throws for a field, named by <paramref name="what"/>, whose number cannot be right.</summary>
    [DoesNotReturn]
    public static void Throw(string what, long value) => Throw(string.Create(CultureInfo.InvariantCulture, $"{what}: {value}"));
}
