using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Java;

/// <summary>Message handlers of a JVM that is played: none, one or several records of one, each in its place.</summary>
public sealed class HandlerTests : IDisposable
{
    private readonly RecordPath _path = new(1 << 20);
    private readonly PositionTracker _tracker = new(0, 0);
    private readonly JavaHost _host = new(() => new FakePipe(), TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance);
    private readonly Output _output = new();

    [Fact]
    public void Records_of_one_go_to_their_places_in_their_order()
    {
        Assert.Equal(RecordPathResult.Taken, Take(100_000, "a", "several", "drop", "b"));

        Assert.Equal(["0: several B", "1: A several", "2: several"], _output.Batches.Order());
        Assert.Equal((1, 4L), (_output.LeftOut, _tracker.Read));
    }

    [Fact]
    public void Records_of_one_are_never_parted_by_a_position()
    {
        Assert.Equal(RecordPathResult.Taken, Take(120, "a", "several", "several"));

        Assert.Equal(["1: A", "0: several", "1: several", "2: several", "0: several", "1: several", "2: several"], _output.Batches);
    }

    [Fact]
    public void More_than_the_target_takes_stops_the_lane_before_it()
    {
        Assert.Equal(RecordPathResult.RecordTooLarge, Take(90, "a", "several" + new string('x', 50), "b"));

        Assert.Equal(["1: A"], _output.Batches);
        Assert.True(_path.TooLargeBytes > 90);
    }

    [Theory]
    [InlineData("other", "--message.handler: mine sends it to topic 'other', and its lane goes to 't' alone")]
    [InlineData("far", "it is sent to partition 7, and there are 3")]
    [InlineData("bad", "--message.handler: java.lang.X: no good")]
    public void What_cannot_go_there_is_a_failing_record(string value, string why)
    {
        Assert.Equal(RecordPathResult.Failed, Take(100_000, "a", value, "b"));

        Assert.Equal((why, "1: A"), (_output.Failed, Assert.Single(_output.Batches)));
    }

    public void Dispose()
    {
        _path.Dispose();
        _host.Dispose();
    }

    private RecordPathResult Take(int maxBytes, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1000, NullableSpan.Null, Encoding.UTF8.GetBytes(value), default);
        }

        var handler = new TransformAction.Java(new JavaClass(JavaClassKind.Handler, "mine"));
        var rules = RecordRules.Of(new TransformChain([new Transform("--message.handler", handler)], ""), "t", 0,
            java: new JavaLane(_host, "t"));
        _path.Open(_output, _tracker, new long[3], maxBytes, maxBytes, new AskedOfRecords(null, rules));
        var result = _path.Append(builder.Build(), values.Length, 0);
        _path.Flush();
        return result;
    }

    private sealed class Output : IBatchOutput
    {
        public List<string> Batches { get; } = [];

        public string? Failed { get; private set; }

        public int LeftOut { get; private set; }

        public bool WantsRuns => false;

        public int Place(NullableSpan key) => 1;

        public void LeavesOut() => LeftOut++;

        public RecordFate Fails(long offset, string why)
        {
            Failed = why;
            return RecordFate.Stops;
        }

        public bool Emit(int outlet, ReadOnlySpan<byte> batch, long first, long next, int records, OffsetRun[]? runs)
        {
            using var buffer = new DecompressionBuffer();
            List<string> values = [];
            var reader = new RecordReader(batch, buffer);
            while (reader.MoveNext())
            {
                values.Add(Encoding.UTF8.GetString(reader.Value.Span).TrimEnd('x'));
            }

            Batches.Add($"{outlet}: {string.Join(' ', values)}");
            return true;
        }
    }
}
