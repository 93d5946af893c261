using System.Buffers.Binary;
using System.Net;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Links;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Connections.Probing;

/// <summary>Listeners that end a connection without saying why, as brokers do; what is asked of them was seen on real ones.</summary>
public sealed class ListenerProbeTests
{
    private const byte TlsHandshake = 0x16;

    [Theory]
    [InlineData("login",
        "wants a login (SASL PLAIN, GSSAPI): set security.protocol = SASL_PLAINTEXT, sasl.mechanism to one of these and sasl.jaas.config")]
    [InlineData("tls", "speaks TLS: set security.protocol = SSL, or SASL_SSL where it wants a login too")]
    public async Task A_listener_that_hangs_up_is_named_for_what_it_is(string listener, string says)
    {
        await using var server = new RawServer(request => Answer(listener, request), hangsUp: true);
        await using var client = Client(server.Address);

        var failure =
            await Assert.ThrowsAsync<KafkaConnectionException>(async () => await client.Metadata.RefreshAsync(CancellationToken.None));

        Assert.Equal((ConnectionFailure.WrongListener, $"source: {server.Address} {says}"), (failure.Failure, failure.Message));
    }

    /// <summary>It cannot tell what it speaks: 0.8 hangs up at the question, 0.9 leaves it unanswered.</summary>
    [Theory]
    [InlineData("0.9", true, 1)]
    [InlineData("0.9", false, 1)]
    [InlineData("0.8", true, 0)]
    public async Task A_broker_before_0_10_is_spoken_to_in_its_own_words(string kafka, bool hangsUp, int fetch)
    {
        await using var server = new RawServer(request => Answer(kafka, request), hangsUp);
        await using var client = Client(server.Address, requestTimeout: TimeSpan.FromHours(1));

        var metadata = await client.Metadata.RefreshAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Empty(metadata.Topics);
        Assert.Equal(0, (await client.ConnectionAsync(-1, ConnectionPurpose.Fetch, CancellationToken.None)).VersionOf(Api.Metadata, 0));
        Assert.Equal(fetch, (await client.ConnectionAsync(-1, ConnectionPurpose.Fetch, CancellationToken.None)).VersionOf(Api.Fetch, 0));
    }

    [Theory]
    [InlineData("open")]
    [InlineData("silent")]
    public async Task Where_nothing_is_found_out_it_is_told_as_it_was_seen(string listener)
    {
        await using var server = new RawServer(request => Answer(listener, request), hangsUp: true);
        await using var client = Client(server.Address);

        var failure =
            await Assert.ThrowsAsync<KafkaConnectionException>(async () => await client.Metadata.RefreshAsync(CancellationToken.None));

        Assert.Equal((ConnectionFailure.Closed, $"source: {server.Address} closed the connection before its first answer"),
            (failure.Failure, failure.Message));
    }

    private static KafkaClient Client(string address, TimeSpan? requestTimeout = null) => new(
        new ClientOptions
        {
            Cluster = "source",
            BootstrapServers = [new DnsEndPoint("127.0.0.1", IPEndPoint.Parse(address).Port)],
            CallTimeout = TimeSpan.Zero,
            RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(30),
        },
        new FramePool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance);

    private static byte[] Answer(string listener, byte[] request)
    {
        if (request[0] == TlsHandshake)
        {
            return listener == "tls" ? [TlsHandshake, 3, 3] : [];
        }

        var api = (ApiKey)BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(4));
        byte[]? body = (listener, api) switch
        {
            ("login", ApiKey.SaslHandshake) => [0, 33, 0, 0, 0, 2, 0, 5, .. "PLAIN"u8, 0, 6, .. "GSSAPI"u8],
            ("open", ApiKey.SaslHandshake) => [0, 34, 0, 0, 0, 0],
            ("0.8" or "0.9", ApiKey.Metadata) => new byte[8],
            ("0.9", ApiKey.ListGroups) => new byte[6],
            _ => null,
        };
        if (body is null)
        {
            return [];
        }

        var answer = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(answer, 4 + body.Length);
        request.AsSpan(8, 4).CopyTo(answer.AsSpan(4));
        body.CopyTo(answer, 8);
        return answer;
    }
}
