using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.MirrorClient.Topics;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.MirrorClient.Tests.Topics;

public sealed class CompactedTopicReaderTests
{
    private const string Topic = "state";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly CompactedTopicOptions Options = new();

    private static CancellationToken Deadline => EmbeddedFixture.Deadline;

    [Fact]
    public async Task What_the_topic_holds_is_delivered_in_order_with_nulls_from_every_partition_and_codec()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 3, 2));
        await fixture.WriteAsync(Topic, 0, ("a", "1"), ("b", null), (null, "x"));
        await fixture.WriteAsync(Topic, 0, ("a", "2"));
        await fixture.WriteAsync(Topic, 2, [("c"u8.ToArray(), "3"u8.ToArray()), ("d"u8.ToArray(), "4"u8.ToArray())], CompressionCodec.Gzip);
        List<string> read = [];

        await CompactedTopicReader.ReadAllAsync(fixture.Client, Topic, Options, r => read.Add(RunningReader.Show(r)), TimeProvider.System,
            NullLoggerFactory.Instance, Deadline);

        Assert.Equal(["0/0 a=1", "0/1 b=null", "0/2 null=x", "0/3 a=2"], read.Where(r => r[0] == '0'));
        Assert.Equal(["2/0 c=3", "2/1 d=4"], read.Where(r => r[0] == '2'));
        Assert.Equal(6, read.Count);
    }

    [Fact]
    public async Task An_empty_topic_is_read_at_once()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 3, 2));

        await CompactedTopicReader.ReadAllAsync(fixture.Client, Topic, Options, _ => Assert.Fail("nothing is there"), TimeProvider.System,
            NullLoggerFactory.Instance, Deadline);
    }

    [Fact]
    public async Task What_is_added_is_delivered_and_reading_to_the_end_means_the_end_of_now()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 2, 2));
        await using var reader = new RunningReader(fixture.Client, Topic, Options);
        for (var round = 0; round < 5; round++)
        {
            await fixture.WriteAsync(Topic, round % 2, ($"k{round}", "v"));
            await reader.Reader.ReadToEndAsync(Deadline);

            Assert.EndsWith($"k{round}=v", reader.Records.Last());
        }

        await fixture.WriteAsync(Topic, 0, ("late", "v"));
        await Eventually.TrueAsync("the last record to be delivered", Soon,
            () => reader.Records.Last().EndsWith("late=v", StringComparison.Ordinal), Deadline);
    }

    [Fact]
    public async Task Only_the_partitions_asked_for_are_read()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 2, 1));
        await fixture.WriteAsync(Topic, 0, ("a", "1"));
        await fixture.WriteAsync(Topic, 1, ("b", "1"));
        await using var reader = new RunningReader(fixture.Client, Topic, Options with { Partitions = [1] });

        await reader.Reader.ReadToEndAsync(Deadline);

        Assert.Equal(["1/0 b=1"], reader.Records);
    }

    [Fact]
    public async Task Many_records_come_through_small_answers_whole()
    {
        const int Batches = 200;
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 1, 1));
        for (var batch = 0; batch < Batches; batch++)
        {
            await fixture.WriteAsync(Topic, 0,
                [.. Enumerable.Range(0, 10).Select(n => ((string?)$"{batch}-{n}", (string?)new string('v', 100)))]);
        }

        await using var reader = new RunningReader(fixture.Client, Topic, Options with { MaxPartitionBytes = 4096 });
        await reader.Reader.ReadToEndAsync(Deadline);

        Assert.Equal(Enumerable.Range(0, Batches * 10),
            reader.Records.Select(r => int.Parse(r.Split('/', ' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Reading_goes_on_when_brokers_go_and_come_back()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 2, 2));
        await using var reader = new RunningReader(fixture.Client, Topic, Options);
        await fixture.WriteAsync(Topic, 0, ("a", "1"));
        await reader.Reader.ReadToEndAsync(Deadline);

        await fixture.Cluster.StopBrokerAsync(0, Deadline);
        await fixture.WriteAsync(Topic, 0, ("b", "1"));
        await reader.Reader.ReadToEndAsync(Deadline);
        await fixture.Cluster.StartBrokerAsync(0, Deadline);
        fixture.Cluster.CutConnections(1);
        await fixture.WriteAsync(Topic, 0, ("c", "1"));
        await reader.Reader.ReadToEndAsync(Deadline);

        Assert.Equal(["0/0 a=1", "0/1 b=1", "0/2 c=1"], reader.Records);
    }

    [Fact]
    public async Task After_a_truncation_what_replaced_the_lost_records_is_delivered()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 1, 2));
        await using var reader = new RunningReader(fixture.Client, Topic, Options);
        await fixture.WriteAsync(Topic, 0, ("a", "1"));
        await fixture.WriteAsync(Topic, 0, ("b", "lost"));
        await reader.Reader.ReadToEndAsync(Deadline);

        fixture.Cluster.Truncate(Topic, 0, 1);
        await fixture.WriteAsync(Topic, 0, ("c", "1"), ("d", "1"));
        await reader.Reader.ReadToEndAsync(Deadline);

        // Asking between the two it finds the log shorter than where it stands, and reads it from its beginning: what comes again is what
        // came before.
        Assert.Equal(["0/0 a=1", "0/1 b=lost", "0/1 c=1", "0/2 d=1"], reader.Records.Distinct());
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_an_error_that_names_it()
    {
        await using var fixture = await EmbeddedFixture.StartAsync();
        await using var reader = new RunningReader(fixture.Client, "nowhere", Options);

        var error = await Assert.ThrowsAsync<KafkaErrorException>(() => reader.Reader.ReadToEndAsync(Deadline));

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, error.Code);
        Assert.Equal("target: topic nowhere cannot be read: UNKNOWN_TOPIC_OR_PARTITION", error.Message);
        await Assert.ThrowsAsync<KafkaErrorException>(() => reader.Run);
    }

    [Fact]
    public async Task A_topic_deleted_while_it_is_read_ends_the_reading()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 1, 1));
        await using var reader = new RunningReader(fixture.Client, Topic, Options);
        await fixture.WriteAsync(Topic, 0, ("a", "1"));
        await reader.Reader.ReadToEndAsync(Deadline);

        fixture.Cluster.DeleteTopic(Topic);

        var error = await Assert.ThrowsAsync<KafkaErrorException>(() => reader.Run.WaitAsync(Deadline));
        Assert.Equal("target: state-0 was deleted while it was read", error.Message);
    }

    [Fact]
    public async Task What_the_receiver_throws_ends_the_reading_and_all_who_wait()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 1, 1));
        await fixture.WriteAsync(Topic, 0, ("a", "1"));
        await using var reader = new RunningReader(fixture.Client, Topic, Options, _ => throw new InvalidDataException("no such record"));

        await Assert.ThrowsAsync<InvalidDataException>(() => reader.Reader.ReadToEndAsync(Deadline));
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.Run);
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.Reader.ReadToEndAsync(Deadline));
    }

    [Fact]
    public async Task Who_waits_when_the_reading_is_stopped_is_not_left_waiting()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(new EmbeddedTopic(Topic, 1, 1));
        using var held = new CancellationTokenSource();
        using var fault = fixture.Cluster.Faults.Hold(ApiKey.Fetch, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, held.Token));
        await fixture.WriteAsync(Topic, 0, ("a", "1"));
        Task waiting;
        await using (var reader = new RunningReader(fixture.Client, Topic, Options))
        {
            waiting = reader.Reader.ReadToEndAsync(Deadline);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                reader.Reader.ReadToEndAsync(new CancellationToken(canceled: true)));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await held.CancelAsync();
    }
}
