using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Security;

/// <summary>
/// TLS over a peer's bytes. Parts of a message are gathered so that records are full; what is large is encrypted from where it lies.
/// </summary>
internal sealed class TlsDuplex(SslStream ssl, DuplexStream stream, IDuplex below, TlsFailures? failures) : IDuplex
{
    /// <summary>The most that a record holds (RFC 8446, 5.1).</summary>
    private const int RecordBytes = 16 * 1024;

    private readonly byte[] _staging = GC.AllocateUninitializedArray<byte>(RecordBytes, pinned: true);
    private int _staged;

    /// <summary>What the peer showed; null when it showed none.</summary>
    public X509Certificate2? PeerCertificate { get; } = ssl.RemoteCertificate as X509Certificate2;

    public ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        stream.Owed = into.Length;
        return ssl.ReadAsync(into, CancellationToken.None);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(WireBuffer message)
    {
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var rest = message.Segment(i);
            while (!rest.IsEmpty)
            {
                if (_staged == 0 && rest.Length >= RecordBytes)
                {
                    var whole = rest.Length - (rest.Length % RecordBytes);
                    await ssl.WriteAsync(rest[..whole], CancellationToken.None);
                    rest = rest[whole..];
                    continue;
                }

                rest = Stage(rest);
                if (_staged == RecordBytes)
                {
                    await FlushAsync();
                }
            }
        }

        if (_staged > 0)
        {
            await FlushAsync();
        }
    }

    public string? Suspect(Exception? failure) => failures?.BehindFirstEnd(failure);

    /// <summary>What is under way below ends first, so that nothing uses the session while it is taken apart.</summary>
    public void Dispose()
    {
        below.Dispose();
        ssl.Dispose();
    }

    private ReadOnlyMemory<byte> Stage(ReadOnlyMemory<byte> part)
    {
        var count = Math.Min(part.Length, RecordBytes - _staged);
        part.Span[..count].CopyTo(_staging.AsSpan(_staged));
        _staged += count;
        return part[count..];
    }

    private ValueTask FlushAsync()
    {
        var staged = _staging.AsMemory(0, _staged);
        _staged = 0;
        return ssl.WriteAsync(staged, CancellationToken.None);
    }
}
