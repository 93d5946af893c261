namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>One security context with a broker. Not for several threads at a time.</summary>
internal sealed class GssContext(GssCredential credential, string service, string host) : IDisposable
{
    private const uint Flags = GssNative.MutualFlag | GssNative.ReplayFlag | GssNative.SequenceFlag | GssNative.IntegrityFlag;

    private readonly GssName _target = GssName.Import($"{service}@{host}", in GssOids.HostService);
    private nint _context;

    /// <summary>True when both sides are proved.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>
    /// The next token, perhaps empty; the first call, with an empty token, asks the KDC for a ticket and blocks meanwhile.
    /// </summary>
    public byte[] Step(ReadOnlySpan<byte> token)
    {
        using var input = new GssBytes(token);
        var major = GssNative.InitContext(
            out var minor, credential.DangerousGetHandle(), ref _context, _target.DangerousGetHandle(), in GssOids.Kerberos, Flags, 0, 0,
            in input.Buffer, 0, out var output, out var flags, 0);
        var answer = GssBytes.Take(ref output);
        GssException.ThrowIfFailed(major, minor);
        IsComplete = (major & GssNative.ContinueNeeded) == 0;
        return !IsComplete || (flags & GssNative.MutualFlag) != 0
            ? answer
            : throw new SaslException(SaslFailure.BrokerNotProved,
                $"Kerberos did not prove the broker {service}/{host}: mutual authentication is missing");
    }

    public byte[] Wrap(ReadOnlySpan<byte> message)
    {
        using var input = new GssBytes(message);
        GssException.ThrowIfFailed(GssNative.Wrap(out var minor, _context, 0, 0, in input.Buffer, out _, out var output), minor);
        return GssBytes.Take(ref output);
    }

    public byte[] Unwrap(ReadOnlySpan<byte> message)
    {
        using var input = new GssBytes(message);
        GssException.ThrowIfFailed(GssNative.Unwrap(out var minor, _context, in input.Buffer, out var output, out _, out _), minor);
        return GssBytes.Take(ref output);
    }

    public void Dispose()
    {
        if (_context != 0)
        {
            GssNative.DeleteContext(out _, ref _context, 0);
        }

        _target.Dispose();
    }
}
