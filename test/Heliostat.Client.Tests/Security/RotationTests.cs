using Heliostat.Client.Routing;
using Heliostat.Testing.Time;
using Heliostat.Transport;
using Heliostat.Transport.Security.Stores;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Tests.Security;

/// <summary>
/// What is shown to a cluster may change while a client runs: its next connection, and its next renewal of a session, go by what is there
/// then.
/// </summary>
public sealed class RotationTests
{
    private static readonly SecurityOptions Wrong = new() { Sasl = SecuredCluster.Sasl("PLAIN", "alice", "wrong") };
    private static readonly SecurityOptions Right = new() { Sasl = SecuredCluster.Sasl("PLAIN") };

    [Fact]
    public void A_refused_password_is_looked_up_again_before_it_is_shown_again()
    {
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, async () =>
        {
            await using var secured = await SecuredCluster.StartAsync(time);
            var source = new Source(Wrong);
            await using var client = secured.Client(secured.Options("SASL_PLAINTEXT", Wrong) with { Rotation = source });
            var refused =
                await Assert.ThrowsAsync<KafkaConnectionException>(() => client.Metadata.RefreshAsync(CancellationToken.None).HereAsync());
            Assert.Equal(ConnectionFailure.AuthenticationFailed, refused.Failure);
            Assert.Equal([false], source.Asked);

            source.Next = Right;
            await Task.Delay(TimeSpan.FromSeconds(2), time, CancellationToken.None);
            await client.Metadata.RefreshAsync(CancellationToken.None);

            Assert.Equal([false, true], source.Asked.Take(2));
        });
    }

    /// <summary>Who asks all the time must not put off the next attempt by asking.</summary>
    [Fact]
    public void A_refused_login_is_tried_again_however_often_it_is_asked_for()
    {
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, async () =>
        {
            await using var secured = await SecuredCluster.StartAsync(time);
            var source = new Source(Wrong);
            await using var client = secured.Client(secured.Options("SASL_PLAINTEXT", Wrong) with { Rotation = source });
            Assert.False(await TryAsync(client));
            source.Next = Right;

            var tries = 1;
            while (!await TryAsync(client))
            {
                Assert.InRange(++tries, 1, 200);
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, CancellationToken.None);
            }
        });
    }

    private static async Task<bool> TryAsync(KafkaClient client)
    {
        try
        {
            await client.Metadata.RefreshAsync(CancellationToken.None);
            return true;
        }
        catch (KafkaConnectionException)
        {
            return false;
        }
    }

    [Fact]
    public void A_session_is_renewed_with_what_is_there_then()
    {
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, async () =>
        {
            await using var secured = await SecuredCluster.StartAsync(time, maxReauth: TimeSpan.FromSeconds(20));
            var source = new Source(Right);
            await using var client = secured.Client(secured.Options("SASL_PLAINTEXT", Right) with { Rotation = source });
            await client.Metadata.RefreshAsync(CancellationToken.None);

            source.Next = Wrong;
            await Task.Delay(TimeSpan.FromSeconds(19.5), time, CancellationToken.None);

            Assert.Empty(secured.Network.Connections);
        });
    }

    [Fact]
    public void A_token_of_the_past_is_renewed_no_more_once_there_is_another()
    {
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, async () =>
        {
            await using var secured = await SecuredCluster.StartAsync(time);
            var source = new Source(new SecurityOptions { Sasl = SecuredCluster.Sasl("OAUTHBEARER") });
            await using var client = secured.Client(secured.Options("SASL_PLAINTEXT", source.Current) with { Rotation = source });
            using var stop = new CancellationTokenSource();
            var running = client.RunAsync(stop.Token);
            await client.Metadata.RefreshAsync(CancellationToken.None);

            source.Next = new SecurityOptions { Sasl = SecuredCluster.Sasl("OAUTHBEARER", "bob") };
            await Task.Delay(TimeSpan.FromMinutes(1), time, CancellationToken.None);
            Assert.Equal(source.Next, source.Current);

            await stop.CancelSoonAsync();
            await running.SettleAsync();
        });
    }

    /// <summary>Gives what it was told last, from the next time it is asked on.</summary>
    private sealed class Source(SecurityOptions first) : ISecuritySource
    {
        public List<bool> Asked { get; } = [];

        public SecurityOptions Next { get; set; } = first;

        public SecurityOptions Current { get; private set; } = first;

        public TimeSpan MaxAge => TimeSpan.FromSeconds(10);

        public StoreReload? Refresh(TimeProvider time, bool isDoubted)
        {
            Asked.Add(isDoubted);
            Current = Next;
            return null;
        }
    }
}
