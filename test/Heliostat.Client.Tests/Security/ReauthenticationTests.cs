using System.Globalization;
using System.Text;
using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Fetching;
using Heliostat.Client.Tests.Producing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing.Time;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Security;

public sealed class ReauthenticationTests
{
    private static readonly TopicPartition Orders = new("orders", 0);

    /// <summary>In simulated time: several minutes of load, long polls in flight, a slow network, sessions of 20 s.</summary>
    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("OAUTHBEARER")]
    public void Sessions_are_renewed_under_load_without_a_lost_connection(string mechanism)
    {
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, () => LoadAsync(mechanism, time, TimeSpan.FromMinutes(3)));
    }

    private static async Task LoadAsync(string mechanism, SimulatedClock time, TimeSpan length)
    {
        var random = new Random(3);
        await using var secured = await SecuredCluster.StartAsync(time, maxReauth: TimeSpan.FromSeconds(20));
        secured.Network.Delay = _ => TimeSpan.FromMilliseconds(random.Next(1, 40));
        var logins = 0;
        secured.Cluster.Faults.Intercept(ApiKey.SaslHandshake, _ =>
        {
            logins++;
            return Broker.Faults.FaultAction.Serve;
        });
        await using var client = secured.Client("SASL_PLAINTEXT", new SecurityOptions { Sasl = SecuredCluster.Sasl(mechanism) });
        var producer = new Producer(client, new ProducerOptions(), time, NullLoggerFactory.Instance);
        var fetcher = new Fetcher(client, new FetchOptions(), time, NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        Task[] loops = [client.RunAsync(stop.Token), producer.RunAsync(stop.Token), fetcher.RunAsync(stop.Token)];
        var sink = new RecordingSink();
        var fetched = new RecordingFetchSink();
        var partition = producer.Open(Orders, sink);
        fetcher.Add(Orders, 0, -1, fetched);

        var end = time.GetUtcNow() + length;
        var sent = 0;
        for (; time.GetUtcNow() < end; sent++)
        {
            partition.Enqueue(Batch(client.Frames, sent, time));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 20)), time, CancellationToken.None);
        }

        while (fetched.Batches[^1].Next < sent)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
        }

        // The bootstrap's, one for metadata of the broker, one to fetch, one to produce; each logged in again every 17 to 19 s.
        var connections = secured.Network.Connections.Max(connection => connection.Number);
        Assert.InRange(connections, 3, 4);
        Assert.InRange(logins, 3 * 9, 4 * 11);
        Assert.Equal(sent, sink.Position);
        Assert.Equal(sent, secured.Cluster.LogEndOffset("orders", 0));
        Assert.Equal(0, secured.Cluster.ClosedConnectionCount(0, Transport.Server.CloseReason.Refused));
        await stop.CancelSoonAsync();
        await Task.WhenAll(loops).SettleAsync();
    }

    [Fact]
    public void A_renewal_that_is_refused_costs_its_connection_only()
    {
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, async () =>
        {
            await using var secured = await SecuredCluster.StartAsync(time, maxReauth: TimeSpan.FromSeconds(20));
            await using var client = secured.Client("SASL_PLAINTEXT", new SecurityOptions { Sasl = SecuredCluster.Sasl("PLAIN") });
            await client.Metadata.RefreshAsync(CancellationToken.None);
            secured.Cluster.Faults.Answer<SaslAuthenticateRequest, SaslAuthenticateResponse>(
                ApiKey.SaslAuthenticate,
                _ => new SaslAuthenticateResponse { ErrorCode = ErrorCode.SaslAuthenticationFailed, ErrorMessage = "no more" }, times: 1);

            await Task.Delay(TimeSpan.FromSeconds(19.5), time, CancellationToken.None);
            Assert.Empty(secured.Network.Connections);
            await client.Metadata.RefreshAsync(CancellationToken.None);

            Assert.Single(secured.Network.Connections);
        });
    }

    private static ProduceBatch Batch(FramePool frames, int number, TimeProvider time)
    {
        using var builder = new RecordBatchBuilder(CompressionCodec.None);
        builder.Append(0, NullableSpan.Null, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        var built = builder.Build();
        var frameOwned = frames.RentNow(built.Length);
        built.CopyTo(frameOwned.Memory.Span);
        return new ProduceBatch(frameOwned, frameOwned.Memory, number, number + 1, 1, time.GetTimestamp());
    }
}
