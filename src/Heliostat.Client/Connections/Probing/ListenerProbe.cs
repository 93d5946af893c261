using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Connections.Probing;

/// <summary>
/// Finds out what a listener is that ends our connections or does not answer: asks at once, each over a connection of its own, what only
/// some listeners answer.
/// <list type="number">
/// <item>SaslHandshake for a mechanism that nobody has (Kafka 0.10 on): one that wants a login lists its mechanisms
/// (UNSUPPORTED_SASL_MECHANISM), one that takes none says so (ILLEGAL_SASL_STATE).</item>
/// <item>A TLS ClientHello: who speaks TLS answers it with a handshake or an alert.</item>
/// <item>Metadata and ListGroups in their first versions: 0.9 answers both, 0.8 the first, and ends the connection for the other. One that
/// is only slow is neither.</item>
/// </list>
/// </summary>
internal sealed class ListenerProbe(ClientOptions options, ConnectionOptions transport, TimeProvider time)
{
    private const string NoMechanism = "?";
    private const long SmallFrames = 1024 * 1024;
    private const byte TlsAlert = 0x15;
    private const byte TlsHandshake = 0x16;
    private const byte TlsMajor = 3;

    /// <summary>Who answers at all does so at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What a listener is changes only when somebody changes it.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(30);

    /// <summary>TLS 1.2 with two common suites and no extensions; its random bytes are zeros, as nothing will be encrypted.</summary>
    private static readonly byte[] ClientHello =
        [TlsHandshake, TlsMajor, 1, 0, 47, 1, 0, 0, 43, TlsMajor, 3, .. new byte[32], 0, 0, 4, 0x00, 0x2f, 0x00, 0x35, 1, 0];

    private readonly ConcurrentDictionary<DnsEndPoint, (Listener Listener, long At)> _known = [];

    /// <summary>What was found lately; null where nobody looked.</summary>
    public Listener? Known(DnsEndPoint endpoint) =>
        _known.TryGetValue(endpoint, out var known) && time.GetElapsedTime(known.At) < Remembered ? known.Listener : null;

    /// <summary>What is behind <paramref name="endpoint"/>; never fails but by <paramref name="ct"/>.</summary>
    public async ValueTask<Listener> AskAsync(DnsEndPoint endpoint, CancellationToken ct)
    {
        if (Known(endpoint) is { } known)
        {
            return known;
        }

        var listener = await AskAnewAsync(endpoint, ct);
        _known[endpoint] = (listener, time.GetTimestamp());
        return listener;
    }

    private async ValueTask<Listener> AskAnewAsync(DnsEndPoint endpoint, CancellationToken ct)
    {
        // All at once: who does not answer one question takes the whole patience for it.
        var handshake = TryAsync(endpoint, new SaslHandshakeRequest { Mechanism = NoMechanism }, ct).HereAsync();
        var hello = transport.Layer is null ? SpeaksTlsAsync(endpoint, ct).HereAsync() : Task.FromResult(false);
        var metadata = TryAsync(endpoint, new MetadataRequest(), ct).HereAsync();
        var groups = TryAsync(endpoint, new ListGroupsRequest(), ct).HereAsync();
        await Settling.AllAsync(handshake, hello, metadata, groups);
        if ((await handshake).Answer is { } login)
        {
            return login.ErrorCode == ErrorCode.UnsupportedSaslMechanism
                ? new Listener(ListenerKind.WantsLogin, login.Mechanisms)
                : Listener.Of(ListenerKind.Open);
        }

        return Listener.Of(
            await hello ? ListenerKind.Tls
            : (await metadata).Answer is null ? ListenerKind.Unknown
            : (await groups).Answer is not null ? ListenerKind.Kafka09
            : (await groups).IsRefused ? ListenerKind.Kafka08
            : ListenerKind.Unknown);
    }

    /// <summary>
    /// The answer to a request in its first version; null where there is none, be it that the connection was ended for it or that it was
    /// left open.
    /// </summary>
    private async ValueTask<(TResponse? Answer, bool IsRefused)> TryAsync<TResponse>(DnsEndPoint endpoint, IRequest<TResponse> request,
        CancellationToken ct)
        where TResponse : class, IBody, new()
    {
        try
        {
            var duplex = await ConnectionDial.ConnectAsync(options.Network, endpoint, transport, time, ct);
            await using var connection = new BrokerConnection(-1,
                FramedConnection.Open(endpoint, duplex, transport, new FramePool(SmallFrames), time), options, time);
            return (await connection.CallAsync(request, 0, Patience, turn: null, ct), false);
        }
        catch (KafkaConnectionException failure)
        {
            return (null, failure.Failure == ConnectionFailure.Closed);
        }
    }

    private async ValueTask<bool> SpeaksTlsAsync(DnsEndPoint endpoint, CancellationToken ct)
    {
        try
        {
            using var duplex = await ConnectionDial.ConnectAsync(options.Network, endpoint, transport, time, ct);

            // A duplex takes no token: closing it is what ends the wait.
            await using var patience = time.CreateTimer(static state => ((IDisposable)state!).Dispose(), duplex, Patience,
                Timeout.InfiniteTimeSpan);
            var hello = new WireBuffer();
            ClientHello.CopyTo(hello.Take(ClientHello.Length));
            await duplex.SendAsync(hello);
            var answer = new byte[2];
            return await duplex.ReceiveAsync(answer) == answer.Length && answer[0] is TlsAlert or TlsHandshake && answer[1] == TlsMajor;
        }
        catch (Exception failure) when (failure is KafkaConnectionException or SocketException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
