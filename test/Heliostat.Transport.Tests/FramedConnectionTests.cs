using System.Buffers.Binary;
using System.Net;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Tests;

public sealed class FramedConnectionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakePeer _peer = new();
    private readonly FramePool _pool = FramePool.Tracked(64 << 20);

    public void Dispose()
    {
        _peer.Dispose();
        _pool.ThrowIfRented();
    }

    [Fact]
    public async Task An_answer_reaches_its_request()
    {
        await using var connection = await _peer.ConnectAsync(_pool);

        var answer = Ask(connection, FakePeer.Request(7, 1, 2, 3));
        var request = await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(7, 9, 8, 7));

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3], request);
        using var frame = await answer;
        Assert.Equal([0, 0, 0, 7, 9, 8, 7], frame.Memory.ToArray());
    }

    [Fact]
    public async Task Requests_are_pipelined_and_answered_in_order()
    {
        await using var connection = await _peer.ConnectAsync(_pool);

        var answers = Enumerable.Range(0, 100).Select(i => Ask(connection, FakePeer.Request(i, (byte)i))).ToList();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal((byte)i, (await _peer.ReadRequestAsync())[8]);
        }

        await _peer.SendAsync([.. Enumerable.Range(0, 100).SelectMany(i => FakePeer.Answer(i, (byte)i))]);

        for (var i = 0; i < 100; i++)
        {
            using var frame = await answers[i];
            Assert.Equal((byte)i, frame.Memory.Span[4]);
        }
    }

    [Fact]
    public async Task Answers_split_anywhere_are_put_together()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var payload = Enumerable.Range(0, 40).Select(i => (byte)i).ToArray();
        byte[] answers = [.. FakePeer.Answer(1, payload), .. FakePeer.Answer(2, payload)];
        for (var cut = 1; cut < answers.Length; cut++)
        {
            var one = Ask(connection, FakePeer.Request(1));
            var two = Ask(connection, FakePeer.Request(2));

            await _peer.SendAsync(answers[..cut]);
            await _peer.SendAsync(answers[cut..]);

            using var first = await one;
            using var second = await two;
            Assert.Equal(payload, first.Memory[4..].ToArray());
            Assert.Equal(payload, second.Memory[4..].ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(5000)]
    public async Task A_message_of_many_parts_arrives_whole(int parts)
    {
        const int Seed = 20261120;
        var random = new Random(Seed + parts);
        var message = new WireBuffer();
        message.Take(4);
        for (var i = 0; i < parts; i++)
        {
            random.NextBytes(message.Take(random.Next(0, 100)));
            var slice = new byte[random.Next(0, random.Next(2) == 0 ? 6000 : 200)];
            random.NextBytes(slice);
            message.Splice(slice);
        }

        message.Take(random.Next(0, 2));
        message.PatchInt32(0, (int)message.TotalBytes - 4);
        var expected = message.ToArray();
        await using var connection = await _peer.ConnectAsync(_pool);

        var answer = Ask(connection, message, correlationId: 1);
        var arrived = await _peer.ReadAsync(expected.Length);
        await _peer.SendAsync(FakePeer.Answer(1));

        Assert.Equal(expected, arrived);
        (await answer).Dispose();
    }

    [Fact]
    public async Task A_large_answer_is_received_whole()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var payload = new byte[20 << 20];
        new Random(1).NextBytes(payload);

        var answer = Ask(connection, FakePeer.Request(1));
        await _peer.SendAsync(FakePeer.Answer(1, payload));

        using var frame = await answer;
        Assert.True(frame.Memory.Span[4..].SequenceEqual(payload));
    }

    [Fact]
    public async Task An_inline_caller_goes_on_before_the_next_answer_is_received()
    {
        var peer = new ScriptedDuplex();
        await using var connection = FramedConnection.Open(_peer.Endpoint, peer, new ConnectionOptions(), _pool, TimeProvider.System);
        var seen = 0;
        var one = CountAsync(1);
        var two = CountAsync(2);
        await peer.AskedAsync();

        peer.Give(FakePeer.Answer(1));
        await peer.AskedAsync();

        Assert.Equal(1, seen);
        peer.Give(FakePeer.Answer(2));
        await Task.WhenAll(one, two).WaitAsync(Patience);

        async Task CountAsync(int correlationId)
        {
            // Not back to xunit's own context.
            using var frame = await connection
                .RoundTripAsync(FakePeer.Request(correlationId), correlationId, Patience, inline: true, CancellationToken.None)
                .ConfigureAwait(false);
            seen++;
        }
    }

    [Fact]
    public async Task An_inline_caller_may_ask_again_and_dispose_the_connection()
    {
        var connection = await _peer.ConnectAsync(_pool);
        var asking = AskTwiceAsync();

        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(1));
        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(2));

        await asking.WaitAsync(Patience);
        Assert.Equal(ConnectionFailure.Disposed, connection.CloseReason!.Failure);

        async Task AskTwiceAsync()
        {
            for (var i = 1; i <= 2; i++)
            {
                using var frame = await connection
                    .RoundTripAsync(FakePeer.Request(i), i, Patience, inline: true, CancellationToken.None).ConfigureAwait(false);
            }

            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_message_is_left_alone_until_a_cancelled_call_has_ended()
    {
        await using var connection = await _peer.ConnectAsync(_pool,
            options: new ConnectionOptions { Buffers = new SocketBuffers(4096, -1) });
        var message = FakePeer.Request(1, new byte[1 << 20]);
        using var giveUp = new CancellationTokenSource();
        var answer = connection.RoundTripAsync(message, 1, Patience, giveUp.Token).AsTask();

        await giveUp.CancelAsync();

        // The peer reads nothing: the message is still being sent, so the call cannot have ended.
        Assert.False(answer.IsCompleted);
        await _peer.ReadRequestAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.WaitAsync(Patience));
        await _peer.SendAsync(FakePeer.Answer(1, 1, 2, 3));
        await AskAndAnswerAsync(connection, 2);
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_connection_open_and_its_answer_is_dropped()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        using var giveUp = new CancellationTokenSource();
        var answer = connection.RoundTripAsync(FakePeer.Request(1), 1, Patience, giveUp.Token).AsTask();
        await _peer.ReadRequestAsync();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await _peer.SendAsync(FakePeer.Answer(1, 1, 2, 3));
        await AskAndAnswerAsync(connection, 2);
    }

    [Fact]
    public async Task A_call_cancelled_before_it_was_sent_is_never_sent()
    {
        await using var connection = await _peer.ConnectAsync(_pool);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await connection.RoundTripAsync(FakePeer.Request(1), 1, Patience, new CancellationToken(canceled: true)));

        await AskAndAnswerAsync(connection, 2);
    }

    [Fact]
    public async Task A_late_answer_closes_the_connection()
    {
        var time = new ManualTimeProvider();
        await using var connection = await _peer.ConnectAsync(_pool, time);
        var answer = Ask(connection, FakePeer.Request(1));
        await _peer.ReadRequestAsync();

        time.Advance(Patience + TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => answer);
        Assert.Equal(ConnectionFailure.TimedOut, failure.Failure);
        Assert.Equal($"source: 127.0.0.1:{_peer.Endpoint.Port} did not answer within 30 s", failure.Message);
        Assert.Same(failure, connection.CloseReason);
        Assert.Same(failure, await Assert.ThrowsAsync<KafkaConnectionException>(() => Ask(connection, FakePeer.Request(2))));
    }

    [Fact]
    public async Task The_shortest_patience_counts_whichever_request_has_it()
    {
        var time = new ManualTimeProvider();
        await using var connection = await _peer.ConnectAsync(_pool, time);
        var patient = connection.RoundTripAsync(FakePeer.Request(1), 1, TimeSpan.FromMinutes(5), CancellationToken.None).AsTask();
        await _peer.ReadRequestAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        var hasty = connection.RoundTripAsync(FakePeer.Request(2), 2, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        await _peer.ReadRequestAsync();

        time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<KafkaConnectionException>(() => hasty);
        await Assert.ThrowsAsync<KafkaConnectionException>(() => patient);
    }

    [Fact]
    public async Task An_answer_that_keeps_coming_is_not_late()
    {
        var time = new ManualTimeProvider();
        var duplex = new ScriptedDuplex();
        await using var connection = FramedConnection.Open(_peer.Endpoint, duplex, new ConnectionOptions(), _pool, time);
        var answer = Ask(connection, FakePeer.Request(1));
        var bytes = FakePeer.Answer(1, new byte[10_000]);

        for (var at = 0; at < bytes.Length; at += 1000)
        {
            await duplex.AskedAsync();
            time.Advance(TimeSpan.FromSeconds(20));
            duplex.Give(bytes.AsMemory(at, Math.Min(1000, bytes.Length - at)));
        }

        (await answer.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task An_answer_that_stops_coming_is_late()
    {
        var time = new ManualTimeProvider();
        var duplex = new ScriptedDuplex();
        await using var connection = FramedConnection.Open(_peer.Endpoint, duplex, new ConnectionOptions(), _pool, time);
        var answer = Ask(connection, FakePeer.Request(1));
        await duplex.AskedAsync();
        duplex.Give(FakePeer.Answer(1, new byte[10_000]).AsMemory(0, 5000));
        await duplex.AskedAsync();

        time.Advance(Patience + TimeSpan.FromSeconds(1));

        Assert.Equal(ConnectionFailure.TimedOut, (await Assert.ThrowsAsync<KafkaConnectionException>(() => answer)).Failure);
    }

    [Fact]
    public async Task Waiting_for_room_in_the_pool_is_not_held_against_the_peer()
    {
        var time = new ManualTimeProvider();
        var pool = FramePool.Tracked(1024);
        await using var connection = await _peer.ConnectAsync(pool, time);
        var room = pool.RentNow(1024);
        var answer = Ask(connection, FakePeer.Request(1));
        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(1, new byte[100]));
        await Eventually.TrueAsync("the connection to wait for room", Patience, () => pool.Waiting == 1, CancellationToken.None);

        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Null(connection.CloseReason);
        room.Dispose();
        (await answer.WaitAsync(Patience)).Dispose();
        pool.ThrowIfRented();
    }

    [Fact]
    public async Task A_used_up_budget_stops_the_reading_of_the_socket()
    {
        var pool = FramePool.Tracked(1024);
        await using var connection = await _peer.ConnectAsync(pool,
            options: new ConnectionOptions { Buffers = new SocketBuffers(-1, 4096) });
        var room = pool.RentNow(1024);
        var answer = Ask(connection, FakePeer.Request(1));
        await _peer.ReadRequestAsync();
        _peer.Socket.SendBufferSize = 4096;

        var sending = _peer.SendAsync(FakePeer.Answer(1, new byte[16 << 20]));
        await Eventually.TrueAsync("the connection to wait for room", Patience, () => pool.Waiting == 1, CancellationToken.None);

        Assert.False(sending.IsCompleted);
        room.Dispose();
        await sending.WaitAsync(Patience);
        (await answer).Dispose();
    }

    [Fact]
    public async Task An_unused_connection_is_closed_after_its_idle_time()
    {
        var time = new ManualTimeProvider();
        await using var connection = await _peer.ConnectAsync(_pool, time);
        time.Advance(TimeSpan.FromMinutes(8));
        await AskAndAnswerAsync(connection, 1);
        time.Advance(TimeSpan.FromMinutes(8));
        Assert.Null(connection.CloseReason);

        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(ConnectionFailure.Idle, connection.CloseReason?.Failure);
        Assert.Equal(0, await _peer.Socket.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task Disposing_ends_what_is_in_flight_and_waits_for_no_peer()
    {
        var connection = await _peer.ConnectAsync(_pool, options: new ConnectionOptions { Buffers = new SocketBuffers(4096, -1) });
        var answered = Ask(connection, FakePeer.Request(1));
        var unsent = Ask(connection, FakePeer.Request(2, new byte[16 << 20]));

        await connection.DisposeAsync().AsTask().WaitAsync(Patience);
        await connection.DisposeAsync();

        Assert.Equal(ConnectionFailure.Disposed, (await Assert.ThrowsAsync<KafkaConnectionException>(() => answered)).Failure);
        Assert.Equal(ConnectionFailure.Disposed, (await Assert.ThrowsAsync<KafkaConnectionException>(() => unsent)).Failure);
    }

    [Fact]
    public async Task An_endpoint_that_refuses_is_named_with_the_cause()
    {
        var endpoint = _peer.Endpoint;
        _peer.Dispose();

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(async () => await ConnectionDial.ConnectAsync(
            SocketNetwork.Shared, endpoint, new ConnectionOptions { Cluster = "source" }, TimeProvider.System, CancellationToken.None));

        Assert.Equal($"source: cannot reach 127.0.0.1:{endpoint.Port}: connection refused", failure.Message);
        Assert.Equal(ConnectionFailure.Unreachable, failure.Failure);
    }

    [Fact]
    public async Task A_name_without_address_is_named_with_the_cause()
    {
        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(async () => await ConnectionDial.ConnectAsync(
            SocketNetwork.Shared, new DnsEndPoint("no-such-host.invalid", 9092), new ConnectionOptions(), TimeProvider.System,
            CancellationToken.None));

        Assert.StartsWith("cannot reach no-such-host.invalid:9092: ", failure.Message, StringComparison.Ordinal);
    }

    private static Task<Frame> Ask(FramedConnection connection, WireBuffer message, int? correlationId = null) => connection.RoundTripAsync(
        message, correlationId ?? BinaryPrimitives.ReadInt32BigEndian(message.Written[8..]), Patience, CancellationToken.None).AsTask();

    private async Task AskAndAnswerAsync(FramedConnection connection, int correlationId)
    {
        var answer = Ask(connection, FakePeer.Request(correlationId));
        await _peer.ReadRequestAsync();
        await _peer.SendAsync(FakePeer.Answer(correlationId, 42));
        using var frame = await answer.WaitAsync(Patience);
        Assert.Equal(42, frame.Memory.Span[4]);
    }
}
