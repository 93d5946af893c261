using System.Diagnostics.CodeAnalysis;

namespace Heliostat.Protocol;

/// <summary>Bytes from the network that are not what the protocol says: nothing read from them can be trusted.</summary>
public sealed class MalformedFrameException(string message) : Exception(message)
{
    [DoesNotReturn]
    public static void Throw(string message) => throw new MalformedFrameException(message);
}
