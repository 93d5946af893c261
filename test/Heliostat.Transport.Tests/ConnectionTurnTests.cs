using Heliostat.Testing;

namespace Heliostat.Transport.Tests;

public sealed class ConnectionTurnTests : IDisposable
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
    public async Task Nothing_else_is_sent_during_a_turn_and_all_of_it_after_in_order()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var before = AskAsync(connection, 1);
        Assert.Equal(1, (await _peer.ReadRequestAsync())[7]);

        var turn = connection.TakeTurn();
        var held = Enumerable.Range(2, 5).Select(id => AskAsync(connection, id)).ToList();
        var ofTurn = turn.RoundTripAsync(FakePeer.Request(10), 10, Patience, CancellationToken.None).AsTask();

        Assert.Equal(10, (await _peer.ReadRequestAsync())[7]);
        await _peer.SendAsync([.. FakePeer.Answer(1), .. FakePeer.Answer(10)]);
        await before.WaitAsync(Patience);
        (await ofTurn.WaitAsync(Patience)).Dispose();
        Assert.Equal(0, _peer.Socket.Available);

        turn.Dispose();
        for (var id = 2; id < 7; id++)
        {
            Assert.Equal(id, (await _peer.ReadRequestAsync())[7]);
            await _peer.SendAsync(FakePeer.Answer(id));
            await held[id - 2].WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task The_time_of_a_turn_is_not_held_against_the_peer()
    {
        var time = new ManualTimeProvider();
        await using var connection = await _peer.ConnectAsync(_pool, time);
        var turn = connection.TakeTurn();
        var held = AskAsync(connection, 1);

        time.Advance(Patience * 3);
        Assert.Null(connection.CloseReason);
        turn.Dispose();
        await _peer.ReadRequestAsync();
        time.Advance(Patience / 2);
        Assert.Null(connection.CloseReason);
        time.Advance(Patience);

        Assert.Equal(ConnectionFailure.TimedOut,
            (await Assert.ThrowsAsync<KafkaConnectionException>(() => held.WaitAsync(Patience))).Failure);
    }

    [Fact]
    public async Task A_turn_that_is_over_sends_nothing_and_ends_no_other()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        var first = connection.TakeTurn();
        first.Dispose();
        using var second = connection.TakeTurn();

        first.Dispose();

        Assert.Throws<InvalidOperationException>(connection.TakeTurn);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first
            .RoundTripAsync(FakePeer.Request(1), 1, Patience, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Requests_that_are_held_back_fail_with_the_connection()
    {
        await using var connection = await _peer.ConnectAsync(_pool);
        using var turn = connection.TakeTurn();
        var held = AskAsync(connection, 1);

        _peer.Reset();

        Assert.Equal(ConnectionFailure.Closed,
            (await Assert.ThrowsAsync<KafkaConnectionException>(() => held.WaitAsync(Patience))).Failure);
    }

    private static async Task AskAsync(FramedConnection connection, int id)
    {
        using var frame = await connection.RoundTripAsync(FakePeer.Request(id), id, Patience, CancellationToken.None);
    }
}
