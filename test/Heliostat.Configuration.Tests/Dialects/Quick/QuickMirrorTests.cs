using System.Net;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Protocol.Compression;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.Quick;

public sealed class QuickMirrorTests
{
    private static readonly QuickMirrorOptions Plain = new() { From = "a:1", To = "b:1,c:2", Topics = "orders.*, payments" };

    [Fact]
    public void Three_options_are_enough()
    {
        var (options, _, warnings, notices) = QuickMirror.Translate(Plain);

        Assert.Equal(("", "heliostat-to-b-1-c-2"), (options.SourceConsumer.Group.GroupId, options.SourceGroup.FormerGroupId));
        Assert.True(options.SourceGroup.ChecksPositions);
        Assert.True(options.Selection.Includes("payments"));
        Assert.True(options.Selection.Includes("orders-eu"));
        Assert.False(options.Selection.Includes("__consumer_offsets"));
        Assert.False(options.SourceGroup.AbortOnSendFailure);
        Assert.Empty(warnings);
        Assert.Empty(notices);
    }

    [Fact]
    public void Dead_letters_are_refused()
    {
        var refused = Assert.Throws<ConfigurationException>(() =>
            QuickMirror.Translate(Plain with { ConsumerProperties = ["heliostat.on.refused = dead-letter"] }));

        Assert.Contains("heliostat.on.refused: says dead-letter, which takes a file of MirrorMaker 2's kind", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_of_Kafkas_clients_are_stronger_than_options()
    {
        var options = QuickMirror.Translate(Plain with
        {
            Shorthands = [("--isolation", "isolation.level", "read_committed"), ("--start", "auto.offset.reset", "latest")],
            ConsumerProperties = ["isolation.level = read_uncommitted", "group.id=mine"],
            ProducerProperties = ["compression.type=lz4", "client.id=x=y"],
        }).Flow;

        Assert.Equal(IsolationLevel.ReadUncommitted, options.SourceConsumer.Fetch.IsolationLevel);
        Assert.Equal(AutoOffsetReset.Latest, options.SourceConsumer.AutoOffsetReset);
        Assert.Equal("mine", options.SourceConsumer.Group.GroupId);
        Assert.Equal(CompressionCodec.Lz4, options.DataProducer.Codec);
        Assert.Equal("x=y", options.DataProducer.Client.ClientId);
    }

    [Fact]
    public void Files_give_what_the_command_line_does_not_say()
    {
        using var folder = new TemporaryFolder("quick");
        var (from, to) = (folder.File("from"), folder.File("to"));
        File.WriteAllText(from,
            "bootstrap.servers=other:1\nfetch.min.bytes=7\nauto.offset.reset=latest\nsession.timeout.ms=20000\nclient.id=reader\n");
        File.WriteAllText(to,
            "config.providers=env\nconfig.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\nlinger.ms=8\nclient.id=writer\n");

        var (options, _, warnings, _) = QuickMirror.Translate(Plain with
        {
            FromConfig = from,
            ToConfig = to,
            ConsumerProperties = ["client.id=mine"]
        });

        Assert.Empty(warnings);
        Assert.Equal("a:1", Bootstrap.Text(options.SourceConsumer.Client.BootstrapServers.Single()));
        Assert.Equal((7, AutoOffsetReset.Latest, 20.0, "mine"),
            (options.SourceConsumer.Fetch.MinBytes, options.SourceConsumer.AutoOffsetReset,
                options.SourceConsumer.Group.SessionTimeout.TotalSeconds, options.SourceConsumer.Client.ClientId));
        Assert.Equal((8.0, "writer"), (options.DataProducer.Linger.TotalMilliseconds, options.DataProducer.Client.ClientId));
    }

    [Fact]
    public void A_group_of_the_command_line_wins()
    {
        Assert.Equal("g",
            QuickMirror.Translate(Plain with { Group = "g", ConsumerProperties = ["group.id=mine"] }).Flow.SourceConsumer.Group.GroupId);
    }

    [Fact]
    public void All_problems_come_at_once_with_the_option_that_caused_them()
    {
        var e = Assert.Throws<ConfigurationException>(() => QuickMirror.Translate(new QuickMirrorOptions
        {
            From = "no where",
            To = "",
            Topics = "(",
            Exclude = "*",
            ConsumerProperties = ["fetch.min.bytes=x", "alone"],
        }));

        Assert.Equal(
            [
                "--consumer-property: 'alone' is not KEY=VALUE",
                "--topics: pattern '(' is not a Java regular expression: unclosed group at index 0",
                "--exclude: pattern '*' is not a Java regular expression: a quantifier with nothing to repeat (dangling meta character; "
                    + "'.*' matches everything) at index 0",
                "--from: bootstrap.servers: 'no where:9092' has an entry that is not host:port: 'no where:9092'",
                "--consumer-property: fetch.min.bytes: 'x' is not a whole number",
                "--to: bootstrap.servers: is missing: it names brokers of the target cluster, host:port, separated by commas",
            ],
            e.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void A_host_without_a_port_is_on_Kafkas_usual_one_and_that_is_said()
    {
        var mirror = QuickMirror.Translate(Plain with { From = "old, older:9093" });

        Assert.Equal([new DnsEndPoint("old", 9092), new DnsEndPoint("older", 9093)], mirror.Flow.SourceConsumer.Client.BootstrapServers);
        Assert.Equal("--from: 'old' has no port: 9092 is taken", Assert.Single(mirror.Notices).ToString());
    }

    [Fact]
    public void An_empty_list_of_topics_is_refused()
    {
        var e = Assert.Throws<ConfigurationException>(() => QuickMirror.Translate(Plain with { Topics = " , " }));

        Assert.Equal("--topics: is empty: it lists the topics to mirror", e.Message);
    }

    [Fact]
    public void No_exclusion_is_allowed()
    {
        Assert.True(QuickMirror.Translate(Plain with { Topics = ".*", Exclude = "" }).Flow.Selection.Includes("__x"));
    }
}
