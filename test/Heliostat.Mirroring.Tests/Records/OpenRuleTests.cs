using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Tests.Records;

/// <summary>A batch passes unless something is asked of its records, or no producer could send it so.</summary>
public sealed class OpenRuleTests
{
    private static readonly byte[] Batch = Build();

    [Fact]
    public void What_a_producer_may_send_passes()
    {
        Assert.Null(Why(new LanePlan(new("orders", 0), "orders", 1, ByKey: false, 1000)));
        Assert.Null(Why(new LanePlan(new("orders", 0), "orders", 1, ByKey: false, 1000) { Codec = CompressionCodec.None }));
    }

    [Fact]
    public void Policies_of_the_plan_come_first()
    {
        var plan = new LanePlan(new("orders", 0), "orders", 3, ByKey: true, 1000) { Codec = CompressionCodec.Zstd };

        Assert.Equal([OpenReason.KeyPlacement, OpenReason.Recoding], plan.Policies.Select(policy => policy.Reason));
        Assert.Equal(OpenReason.KeyPlacement, Why(plan));
        Assert.Equal(OpenReason.Recoding, Why(plan with { ByKey = false }));
    }

    [Fact]
    public void Where_it_lies_and_how_large_it_is_opens_a_batch()
    {
        var plan = new LanePlan(new("orders", 0), "orders", 1, ByKey: false, 1000);

        Assert.Equal(OpenReason.BeforePosition, Why(plan, position: 1));
        Assert.Equal(OpenReason.TooLarge, Why(plan, maxBytes: Batch.Length - 1));
    }

    private static OpenReason? Why(LanePlan plan, long position = 0, int maxBytes = 1000) =>
        new OpenRule(plan.Policies).Why(new RecordBatchHeader(Batch), position, maxBytes);

    private static byte[] Build()
    {
        using var builder = new RecordBatchBuilder(CompressionCodec.None);
        builder.Append(1000, "k"u8, "v"u8);
        builder.Append(1001, "k"u8, "w"u8);
        return builder.Build().ToArray();
    }
}
