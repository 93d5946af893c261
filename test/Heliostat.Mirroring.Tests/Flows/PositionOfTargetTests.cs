using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Whose position it is where a mirror without a file goes on.</summary>
public sealed class PositionOfTargetTests : IAsyncLifetime
{
    private EmbeddedTestCluster _source = null!;
    private EmbeddedTestCluster _target = null!;

    private static CancellationToken Ct => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _source = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        _target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await _source.Client.CreateTopicAsync("orders", 1, null, Ct);
        await GenerateAsync(10);
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Each_name_on_the_target_gets_everything()
    {
        await MirrorAsync(prefix: "source");
        await MirrorAsync(prefix: null);
        await GenerateAsync(5);
        await MirrorAsync(prefix: "source");
        await MirrorAsync(prefix: null);

        Assert.Equal((15, 15), (await EndAsync("source.orders"), await EndAsync("orders")));
    }

    [Fact]
    public async Task Names_that_change_within_one_group_of_ones_own_start_anew()
    {
        await MirrorAsync(prefix: "source", group: "mine");
        await MirrorAsync(prefix: null, group: "mine");

        Assert.Equal((10, 10), (await EndAsync("source.orders"), await EndAsync("orders")));
    }

    [Fact]
    public async Task A_target_topic_that_was_deleted_is_filled_again()
    {
        await MirrorAsync(prefix: null);
        await _target.Client.DeleteTopicAsync("orders", Ct);
        await MirrorAsync(prefix: null);

        Assert.Equal(10, await EndAsync("orders"));
    }

    [Fact]
    public async Task Another_cluster_at_the_same_address_gets_everything()
    {
        await MirrorAsync(prefix: null, group: "mine");
        await using var other = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await MirrorAsync(prefix: null, group: "mine", to: other);

        Assert.Equal(10, (await other.Client.EndOffsetsAsync("orders", Ct)).Sum());
    }

    [Fact]
    public async Task An_offset_that_somebody_set_by_hand_is_taken()
    {
        await MirrorAsync(prefix: null, group: "mine");
        await GenerateAsync(5);
        await _source.Client.SetGroupOffsetAsync("mine", "orders", 0, 12, Ct);
        await MirrorAsync(prefix: null, group: "mine");

        Assert.Equal(13, await EndAsync("orders"));
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 13)]
    public async Task What_an_earlier_version_left_is_used_where_it_can_only_be_this(bool isThereAnother, int expected)
    {
        await _target.Client.CreateTopicAsync("orders", 1, null, Ct);
        await _target.Client.GenerateAsync("orders", new() { Count = 3, Partitions = 1 }, Ct);
        if (isThereAnother)
        {
            await _target.Client.CreateTopicAsync("source.orders", 1, null, Ct);
        }

        await _source.Client.SetGroupOffsetAsync($"heliostat-to-{_target.BootstrapServers.Replace(':', '-').Replace(',', '-')}", "orders",
            0, 10, Ct);
        await MirrorAsync(prefix: null);

        Assert.Equal(expected, await EndAsync("orders"));
    }

    private Task GenerateAsync(int count) => _source.Client.GenerateAsync("orders", new() { Count = count, Partitions = 1 }, Ct);

    private async Task<long> EndAsync(string topic) => (await _target.Client.EndOffsetsAsync(topic, Ct)).Sum();

    private async Task MirrorAsync(string? prefix, string? group = null, EmbeddedTestCluster? to = null)
    {
        var flow = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = _source.BootstrapServers,
            To = (to ?? _target).BootstrapServers,
            Topics = "orders",
            Group = group
        }).Flow;
        flow = flow with
        {
            Positions = flow.SourceGroup with { UntilEnd = true },
            Naming = prefix is null ? NamingOptions.Keep : NamingOptions.WithPrefix(prefix)
        };
        var engine = new MirrorEngine([flow], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal(MirrorEnd.Completed, (await engine.RunAsync(Ct, Ct).WaitAsync(TimeSpan.FromSeconds(60))).End);
    }
}
