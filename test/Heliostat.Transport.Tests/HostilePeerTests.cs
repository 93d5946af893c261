using System.Buffers.Binary;
using System.Text;

namespace Heliostat.Transport.Tests;

public sealed class HostilePeerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakePeer _peer = new();
    private readonly FramePool _pool = FramePool.Tracked(64 << 20);

    public void Dispose()
    {
        _peer.Dispose();
        _pool.ThrowIfRented();
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "it speaks HTTP; first bytes 485454502f312e31 \"HTTP/1.1\"")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "it speaks SSH; first bytes 5353482d322e302d \"SSH-2.0-\"")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0046",
        "it speaks TLS: set security.protocol=SSL or SASL_SSL; first bytes 15030300020246")]
    [InlineData("-ERR unknown command", "first bytes 2d45525220756e6b \"-ERR unk\"")]
    public async Task Another_protocol_is_named(string greeting, string expected)
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var answer = AskAsync(connection);

        await _peer.SendAsync(Encoding.Latin1.GetBytes(greeting));

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => answer);
        Assert.Equal(ConnectionFailure.NotKafka, failure.Failure);
        Assert.Equal($"source: 127.0.0.1:{_peer.Endpoint.Port} does not speak Kafka: {expected}", failure.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [InlineData((256 << 20) + 1)]
    public async Task An_unbelievable_size_closes_the_connection_and_rents_nothing(int size)
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var answer = AskAsync(connection);
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);

        await _peer.SendAsync(bytes);

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => answer);
        Assert.Equal(ConnectionFailure.NotKafka, failure.Failure);
    }

    [Fact]
    public async Task A_size_beyond_the_limit_after_good_answers_says_so()
    {
        await using var connection = await _peer.ConnectAsync(_pool, options: new ConnectionOptions { MaxFrameBytes = 1000 });
        var good = AskAsync(connection);
        await _peer.SendAsync(FakePeer.Answer(1));
        (await good).Dispose();

        var answer = AskAsync(connection);
        await _peer.SendAsync(FakePeer.Answer(1, new byte[2000]));

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => answer);
        Assert.EndsWith("sent a frame of 2004 bytes, more than 1000", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_with_an_unknown_correlation_id_closes_the_connection()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var good = AskAsync(connection);
        await _peer.SendAsync(FakePeer.Answer(1));
        (await good).Dispose();

        var answer = AskAsync(connection);
        await _peer.SendAsync(FakePeer.Answer(2));

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => answer);
        Assert.EndsWith("sent an answer that nobody waits for (correlation id 2)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_nobody_asked_for_closes_the_connection()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var good = AskAsync(connection);
        await _peer.SendAsync([.. FakePeer.Answer(1), .. FakePeer.Answer(1)]);

        (await good).Dispose();

        await Heliostat.Testing.Eventually.TrueAsync("the close", Patience, () => connection.CloseReason is not null,
            CancellationToken.None);
        Assert.Equal(ConnectionFailure.NotKafka, connection.CloseReason!.Failure);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(50)]
    public async Task An_answer_cut_anywhere_fails_the_request_and_returns_the_frame(int sent)
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var answer = AskAsync(connection);
        await _peer.ReadRequestAsync();

        await _peer.SendAsync(FakePeer.Answer(1, new byte[100])[..sent]);
        _peer.Socket.Dispose();

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => answer);
        Assert.Equal(ConnectionFailure.Closed, failure.Failure);
        Assert.Contains("closed the connection before its first answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_fails_every_request_in_flight()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var answers = Enumerable.Range(0, 10).Select(_ => AskAsync(connection)).ToList();

        _peer.Reset();

        foreach (var answer in answers)
        {
            Assert.Equal(ConnectionFailure.Closed,
                (await Assert.ThrowsAsync<KafkaConnectionException>(() => answer.WaitAsync(Patience))).Failure);
        }
    }

    [Fact]
    public async Task Random_bytes_never_do_more_than_close_the_connection()
    {
        const int Seed = 90125;
        var random = new Random(Seed);
        for (var round = 0; round < 100; round++)
        {
            using var peer = new FakePeer();
            await using var connection = await peer.ConnectAsync(_pool, options: new ConnectionOptions { MaxFrameBytes = 1 << 20 });
            var answer = AskAsync(connection);
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            if (bytes.Length > 8 && random.Next(2) == 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(bytes, random.Next(4, 300));
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), 1);
            }

            await peer.SendAsync(bytes);
            peer.Socket.Dispose();

            try
            {
                (await answer.WaitAsync(Patience)).Dispose();
            }
            catch (KafkaConnectionException)
            {
                // What hostile bytes may cause, and all.
            }
        }
    }

    private static Task<Frame> AskAsync(FramedConnection connection) =>
        connection.RoundTripAsync(FakePeer.Request(1), 1, Patience, CancellationToken.None).AsTask();
}
