using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Tests;

/// <summary>Alone, because the count is of the whole process.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public class AllocationTests
{
    private const int Batches = 8;
    private const int Rounds = 1000;

    /// <summary>
    /// Room for what the runtime does beside us. What a round trip allocates shows in every batch; the test host's own work does not.
    /// </summary>
    private const long Tolerated = 16;

#if DEBUG
    [Theory(Skip = "without optimization every async method allocates: run with -c Release")]
#else
    [Theory]
#endif
    [InlineData(1, 200)]
    [InlineData(5, 100_000)]
    [InlineData(1, 100_000)]
    [InlineData(50, 200)]
    public async Task A_round_trip_allocates_nothing_in_steady_state(int parts, int answerBytes)
    {
        using var peer = new FakePeer();
        var pool = new FramePool(64 << 20);
        await using var connection = await peer.ConnectAsync(pool);
        var message = new WireBuffer();
        FakePeer.Request(1, new byte[50]).ToArray().CopyTo(message.Take(62));
        for (var i = 0; i < parts; i++)
        {
            message.Splice(new byte[10_000]);
            message.Take(10);
        }

        message.PatchInt32(0, (int)message.TotalBytes - 4);
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(peer, (int)message.TotalBytes, FakePeer.Answer(1, new byte[answerBytes]));

        var least = double.MaxValue;
        for (var i = 0; i < Batches; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await RunAsync(connection, message, Rounds, stop.Token);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
        }

        Assert.True(least <= Tolerated, $"{least:0.0} bytes per round trip");
        peer.Socket.Dispose();
        await serving.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task RunAsync(FramedConnection connection, WireBuffer message, int rounds, CancellationToken ct)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var frame = await connection.RoundTripAsync(message, 1, TimeSpan.FromSeconds(30), ct);
        }
    }

    private static async Task ServeAsync(FakePeer peer, int requestBytes, byte[] answer)
    {
        var request = new byte[requestBytes];
        try
        {
            while (true)
            {
                for (var done = 0; done < requestBytes;)
                {
                    var received = await peer.Socket.ReceiveAsync(request.AsMemory(done));
                    if (received == 0)
                    {
                        return;
                    }

                    done += received;
                }

                await peer.Socket.SendAsync(answer.AsMemory());
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The test is over.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
