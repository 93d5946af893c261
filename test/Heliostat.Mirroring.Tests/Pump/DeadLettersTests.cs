using System.Text;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Tests.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>Records that cannot be mirrored, of a lane whose policy is to put them aside.</summary>
public sealed class DeadLettersTests
{
    private static LaneBench Bench(RecordRules? rules = null, int maxBatchBytes = 1_048_588) =>
        new(rules: rules, maxBatchBytes: maxBatchBytes, lost: _ => LossAction.DeadLetter);

    private static IEnumerable<string> Expected(params IEnumerable<int> offsets) => offsets.Select(o => $"key-{o}=value-{o}@{o}");

    /// <summary>The headers of the only record of a batch, <c>name=value</c>.</summary>
    private static List<string> Headers(byte[] batch)
    {
        using var buffer = new DecompressionBuffer();
        var reader = new RecordReader(batch, buffer);
        Assert.True(reader.MoveNext());
        List<string> headers = [];
        foreach (var header in reader.Headers)
        {
            headers.Add($"{header.KeyString()}={Encoding.UTF8.GetString(header.Value.Span)}");
        }

        return headers;
    }

    [Fact]
    public async Task A_failing_record_goes_there_as_it_is_with_Connects_headers_and_the_lane_goes_on()
    {
        await using var bench = Bench(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["x"], null),
            RecordCondition.Parse("key=key-3")));

        bench.Fetch(LaneBench.Batch(0, 10, CompressionCodec.Zstd, batch => batch.BaseOffset = 0));

        Assert.Equal(Expected(0, 1, 2, 4, 5, 6, 7, 8, 9), LaneBench.Records(bench.Taken));
        var letter = Assert.Single(bench.Letters.Taken);
        Assert.Equal(Expected(3), LaneBench.Records([letter]));
        Assert.Equal(
            [
                "__connect.errors.topic=orders", "__connect.errors.partition=3", "__connect.errors.offset=3",
                "__connect.errors.connector.name=A->B", "__connect.errors.task.id=0", "__connect.errors.stage=TRANSFORMATION",
                "__connect.errors.class.name=heliostat",
                "__connect.errors.exception.class.name=org.apache.kafka.connect.errors.DataException",
            ], Headers(letter)[..^1]);
        Assert.StartsWith("__connect.errors.exception.message=source: orders-3 at offset 3: transform t: the value is no JSON object",
            Headers(letter)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_position_passes_a_letter_before_it_has_arrived()
    {
        await using var bench = Bench(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["x"], null),
            RecordCondition.Parse("key=key-3")));
        bench.Fetch(LaneBench.Batch(0, 10));

        bench.AcknowledgeAll();
        Assert.Equal(3, bench.Lane.Position.Offset);
        Assert.Empty(bench.PutAside);

        bench.Letters.AcknowledgeAll(bench.Lane);
        Assert.Equal((10, 8), (bench.Lane.Position.Offset, bench.Lane.Position.LastTargetOffset));
        Assert.Equal((LossKind.Untransformed, 3L), (Assert.Single(bench.PutAside).Kind, bench.PutAside[0].Position));
        Assert.Equal(LaneStatus.Running, bench.Lane.Snapshot().Status);
    }

    [Fact]
    public async Task A_letter_that_has_arrived_is_not_written_again_when_the_lane_comes_by_once_more()
    {
        await using var bench = Bench(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["x"], null),
            RecordCondition.Parse("key=key-3")));
        bench.Fetch(LaneBench.Batch(0, 5));
        bench.Letters.AcknowledgeAll(bench.Lane);
        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.TopicAuthorizationFailed);
        bench.Lane.TryNow();
        bench.Lane.DoDue();
        Assert.Equal(LaneStatus.Running, bench.Lane.Snapshot().Status);

        bench.Outlets[0].Taken.Clear();
        bench.Fetch(LaneBench.Batch(0, 5));
        bench.AcknowledgeAll();

        Assert.Equal(Expected(0, 1, 2, 4), LaneBench.Records(bench.Taken));
        Assert.Single(bench.Letters.Taken);
        Assert.Equal(5, bench.Lane.Position.Offset);
    }

    [Fact]
    public async Task A_topic_of_dead_letters_that_takes_none_makes_the_lane_wait()
    {
        await using var bench = Bench(RuleBench.Rules(new TransformAction.MaskField(PayloadPart.Value, ["x"], null),
            RecordCondition.Parse("key=key-3")));
        bench.Fetch(LaneBench.Batch(0, 5));
        bench.AcknowledgeAll();

        bench.Letters.RefuseAll(bench.Lane, ErrorCode.TopicAuthorizationFailed);

        var now = bench.Lane.Snapshot();
        Assert.Equal((LaneStatus.Paused, TroubleKind.BatchRefused, 3L), (now.Status, now.Pause!.Kind, now.Position));
        Assert.Contains("dead-0, where dead letters go, takes none: TOPIC_AUTHORIZATION_FAILED", now.Pause.Sentence,
            StringComparison.Ordinal);

        bench.Lane.TryNow();
        bench.Lane.DoDue();
        bench.Fetch(LaneBench.Batch(0, 5));
        bench.AcknowledgeAll();
        bench.Letters.AcknowledgeAll(bench.Lane);

        Assert.Equal(5, bench.Lane.Position.Offset);
        Assert.Equal(Expected(3), LaneBench.Records(bench.Letters.Acknowledged));
    }

    [Fact]
    public async Task A_record_that_is_too_large_goes_there_and_nothing_behind_it_before_the_position_is_stored()
    {
        await using var bench = Bench(maxBatchBytes: 1000);
        var large = LaneBench.Batch(2, 1, valueBytes: 2000);

        bench.Fetch(LaneBench.Batch(0, 2), large, LaneBench.Batch(3, 2));
        Assert.Empty(bench.Letters.Taken);
        bench.AcknowledgeAll();
        bench.Lane.TryNow();
        bench.Lane.DoDue();
        bench.Fetch(large, LaneBench.Batch(3, 2));

        Assert.Equal(Expected(0, 1), LaneBench.Records(bench.Taken));
        Assert.Equal(Expected(2), LaneBench.Records(Assert.Single(bench.Letters.Taken) is var letter ? [letter] : []));
        Assert.Contains("__connect.errors.stage=KAFKA_PRODUCE", Headers(letter));
        Assert.Contains("__connect.errors.exception.class.name=org.apache.kafka.common.errors.RecordTooLargeException", Headers(letter));
        Assert.Equal((LaneStatus.Paused, 2L), (bench.Lane.Snapshot().Status, bench.Lane.Position.Offset));

        bench.Letters.AcknowledgeAll(bench.Lane);

        Assert.Equal(3, bench.Lane.Position.Offset);
        Assert.True(bench.Lane.Snapshot().WantsCheck);
        Assert.Equal((LossKind.Refused, 2L, 3L), (Assert.Single(bench.PutAside).Kind, bench.PutAside[0].Position,
            bench.PutAside[0].GoOnAt));
    }

    [Theory]
    [InlineData(ErrorCode.InvalidRecord, "org.apache.kafka.common.InvalidRecordException")]
    [InlineData(ErrorCode.InvalidTimestamp, "org.apache.kafka.common.errors.InvalidTimestampException")]
    public async Task A_refused_record_is_found_in_its_batch(ErrorCode code, string exception)
    {
        await using var bench = Bench();
        bench.Fetch(LaneBench.Batch(0, 3), LaneBench.Batch(3, 5));
        var outlet = bench.Outlets[0];
        outlet.AcknowledgeUntil(bench.Lane, batch => batch.FirstSourceOffset == 3);
        outlet.RefuseAll(bench.Lane, code);
        bench.Lane.DoDue();
        outlet.Taken.Clear();

        // One by one: 3 and 4 are taken, 5 is not.
        bench.Fetch(LaneBench.Batch(3, 5));
        Assert.Equal([1, 1, 1, 1, 1], outlet.Waiting.Select(batch => batch.RecordCount));
        Assert.Equal(5, bench.Lane.Counters.Opened.All[OpenReason.Refused] * 5);
        outlet.AcknowledgeUntil(bench.Lane, batch => batch.FirstSourceOffset == 5);
        outlet.RefuseAll(bench.Lane, code);
        bench.Lane.DoDue();
        bench.Fetch(LaneBench.Batch(3, 5));

        Assert.Equal(Expected(5), LaneBench.Records(bench.Letters.Taken));
        Assert.Contains($"__connect.errors.exception.class.name={exception}", Headers(bench.Letters.Taken[0]));
        Assert.Equal(5, bench.Lane.Position.Offset);
        bench.Letters.AcknowledgeAll(bench.Lane);
        Assert.Equal(6, bench.Lane.Position.Offset);
        Assert.Equal(Expected(0, 1, 2, 3, 4), LaneBench.Records(outlet.Acknowledged));
    }

    [Fact]
    public async Task What_is_not_about_a_record_is_not_looked_for_in_one()
    {
        await using var bench = Bench();
        bench.Fetch(LaneBench.Batch(0, 3));

        bench.Outlets[0].RefuseAll(bench.Lane, ErrorCode.TopicAuthorizationFailed);

        Assert.Equal((LaneStatus.Paused, 0L), (bench.Lane.Snapshot().Status, bench.Lane.Position.Offset));
        Assert.Contains("TOPIC_AUTHORIZATION_FAILED", bench.Lane.Snapshot().Pause!.Sentence, StringComparison.Ordinal);
        Assert.Empty(bench.Letters.Taken);
    }
}
