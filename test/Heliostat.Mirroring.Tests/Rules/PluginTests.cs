using System.Text;
using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Plugins;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Rules;

/// <summary>Records through plug-ins: this assembly, loaded once more as one.</summary>
public sealed class PluginTests
{
    private static readonly PluginAssembly Loaded = PluginAssembly.Load(typeof(PluginTests).Assembly.Location);

    [Theory]
    [InlineData("keep", "kept")]
    [InlineData("drop", "dropped")]
    [InlineData("same", "kept")]
    [InlineData("upper", "k=V [h:1] @1000")]
    [InlineData("nulls", "null=null [h:1] @1000")]
    [InlineData("key", "A.orders-3-0=v [h:1] @1000")]
    [InlineData("time", "k=v [h:1] @1005")]
    [InlineData("headers", "k=v [h:2 n:null] @1000")]
    [InlineData("bare", "k=v [] @1000")]
    [InlineData("throw", "t: PluginTests+Does threw InvalidDataException: no good")]
    [InlineData("odd", "t: PluginTests+Does returned 7, which is neither Keep nor Drop")]
    public void A_record_becomes_what_the_plug_in_makes_of_it(string what, string becomes) => Assert.Equal(
        becomes, RuleBench.Through(Rules(what), "k", "v", headers: ("h", "1"))
            .Replace($"{typeof(PluginTests).Namespace}.", "", StringComparison.Ordinal));

    [Fact]
    public void Records_of_a_batch_are_looked_at_once_and_come_out_in_their_order()
    {
        using var work = new RulesAtWork(1 << 20);
        work.Use(Rules("count"));
        var batch = Batch(5);

        Assert.Equal(["1", "2", "3", "4", "5"], Values(work, batch, from: 10));
        Assert.Equal(["1", "2", "3", "4", "5"], Values(work, batch, from: 10));
        Assert.Equal(["6", "7"], Values(work, batch, from: 13));
    }

    [Fact]
    public void A_record_on_which_it_throws_fails_alone()
    {
        using var work = new RulesAtWork(1 << 20);
        work.Use(Rules("third"));

        Assert.Equal(["Kept", "Kept", "Failed", "Kept"], Outcomes(work, Batch(4)));
        Assert.Contains("InvalidDataException: the third", work.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_told_as_without_a_plug_in()
    {
        using var work = new RulesAtWork(1 << 20);
        work.Use(Rules("keep"));
        var batch = Batch(4);
        batch[^1] = 0xff;
        batch[^2] = 0xff;

        using var buffer = new DecompressionBuffer();
        Assert.Throws<Protocol.MalformedFrameException>(() => work.Begin(batch, 10, long.MaxValue, buffer));
    }

    [Fact]
    public async Task One_that_does_not_come_back_is_waited_for_by_all_its_lanes()
    {
        using var gate = new ManualResetEventSlim();
        AppDomain.CurrentDomain.SetData(nameof(One_that_does_not_come_back_is_waited_for_by_all_its_lanes), gate);
        var plugin = Class("hang", timeout: 50);
        var rules = RuleBench.Rules(new TransformAction.Plugin(plugin));
        using RulesAtWork work = new(1 << 20), other = new(1 << 20);
        work.Use(rules);
        other.Use(rules);

        Assert.Equal(["NotYet", "NotYet"], Outcomes(work, Batch(2)));
        Assert.Equal(TroubleKind.PluginSilent, work.Awaits);
        Assert.Contains("Does of Heliostat.Mirroring.Tests", work.Why, StringComparison.Ordinal);
        Assert.Contains("has not come back from a record for 50 ms", work.Why, StringComparison.Ordinal);
        Assert.Equal(["NotYet"], Outcomes(other, Batch(1)));
        Assert.Throws<PluginSilentException>(() => Compares(rules));

        gate.Set();
        await Eventually.TrueAsync("it is back", TimeSpan.FromSeconds(30), () => !plugin.IsSilent, default);

        Assert.Equal(["Kept", "Kept"], Outcomes(work, Batch(2)));
    }

    [Fact]
    public void People_are_told_which_plug_in_it_is() => Assert.Equal(
        $"t ({typeof(Does).FullName} of Heliostat.Mirroring.Tests {typeof(Does).Assembly.GetName().Version})",
        Assert.Single(Rules("keep").Names));

    [Theory]
    [InlineData("keep", false, "k=X [h:1] @1000")]
    [InlineData("keep", true, "kept")]
    [InlineData("drop", false, "kept")]
    [InlineData("drop", true, "k=X [h:1] @1000")]
    [InlineData("upper", false, "t: PluginTests+Does changed the record, and a predicate only decides")]
    [InlineData("throw", true, "t: PluginTests+Does threw InvalidDataException: no good")]
    [InlineData("odd", false, "t: PluginTests+Does returned 7, which is neither Keep nor Drop")]
    public void A_predicate_decides_and_changes_nothing(string what, bool negated, string becomes) => Assert.Equal(
        becomes, RuleBench.Through(Where(Class(what, timeout: 60_000), negated), "k", "v", headers: ("h", "1"))
            .Replace($"{typeof(PluginTests).Namespace}.", "", StringComparison.Ordinal));

    [Fact]
    public async Task A_predicate_that_does_not_come_back_is_waited_for()
    {
        using var gate = new ManualResetEventSlim();
        AppDomain.CurrentDomain.SetData(nameof(One_that_does_not_come_back_is_waited_for_by_all_its_lanes), gate);
        var plugin = Class("hang", timeout: 50);
        using var work = new RulesAtWork(1 << 20);
        work.Use(Where(plugin, negated: true));

        Assert.Equal(["NotYet", "NotYet"], Outcomes(work, Batch(2)));
        Assert.Equal(TroubleKind.PluginSilent, work.Awaits);

        gate.Set();
        await Eventually.TrueAsync("it is back", TimeSpan.FromSeconds(30), () => !plugin.IsSilent, default);

        Assert.Equal(["Kept", "Kept"], Outcomes(work, Batch(2)));
    }

    [Fact]
    public void People_are_told_which_plug_in_is_asked() => Assert.Equal(
        $"t (where {typeof(Does).FullName} of Heliostat.Mirroring.Tests {typeof(Does).Assembly.GetName().Version})",
        Assert.Single(Where(Class("keep", timeout: 60_000), negated: true).Names));

    private static RecordRules Where(PluginClass plugin, bool negated)
    {
        RecordCondition asked = new RecordCondition.Plugin(plugin);
        return RecordRules.Of(new TransformChain(
            [
                new Transform("t", new TransformAction.Script(RecordScript.Parse("record.value = 'X'")))
                {
                    When = negated ? new RecordCondition.Not(asked) : asked,
                },
            ], ""), "A.orders", 3)!;
    }

    private static void Compares(RecordRules rules)
    {
        using var buffer = new DecompressionBuffer();
        var hand = new BatchInHand(buffer, rules);
        hand.Begin(Batch(1));
        hand.Open(0, long.MaxValue);
    }

    private static RecordRules Rules(string what) => RuleBench.Rules(new TransformAction.Plugin(Class(what, timeout: 60_000)));

    private static PluginClass Class(string what, int timeout) => new(Loaded, typeof(Does).FullName!,
        new Dictionary<string, string> { ["what"] = what }, TimeSpan.FromMilliseconds(timeout));

    /// <summary>So many records, from offset 10 on.</summary>
    private static byte[] Batch(int records)
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < records; i++)
        {
            builder.Append(1000 + i, "k"u8, "v"u8, default);
        }

        var batch = builder.Build().ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(batch, 10);
        return batch;
    }

    private static List<string> Values(RulesAtWork work, byte[] batch, long from)
    {
        List<string> values = [];
        using var buffer = new DecompressionBuffer();
        work.Begin(batch, from, long.MaxValue, buffer);
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext())
        {
            var record = RecordView.Of(reader);
            if (record.Offset >= from)
            {
                work.Apply(ref record);
                values.Add(Encoding.UTF8.GetString(record.Value.Span));
            }
        }

        return values;
    }

    private static List<string> Outcomes(RulesAtWork work, byte[] batch)
    {
        List<string> outcomes = [];
        using var buffer = new DecompressionBuffer();
        work.Begin(batch, 10, long.MaxValue, buffer);
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext())
        {
            var record = RecordView.Of(reader);
            outcomes.Add($"{work.Apply(ref record)}");
        }

        return outcomes;
    }

    /// <summary>A plug-in that does what it is told.</summary>
    public sealed class Does : IRecordPlugin
    {
        private string _what = "";
        private int _count;

        public void Configure(IReadOnlyDictionary<string, string> settings) => _what = settings["what"];

        public Verdict Apply(in PluginRecord record, RecordChanges changes)
        {
            switch (_what)
            {
                case "drop":
                    return Verdict.Drop;
                case "same":
                    changes.SetValue(record.Value);
                    changes.SetTimestamp(record.Timestamp);
                    break;
                case "upper":
                    var room = changes.BeginValue();
                    Ascii.ToUpper(record.Value, room.GetSpan(record.Value.Length), out var written);
                    room.Advance(written);
                    break;
                case "nulls":
                    changes.SetKeyNull();
                    changes.SetValueNull();
                    break;
                case "key":
                    changes.SetKey(Encoding.UTF8.GetBytes($"{record.Topic}-{record.Partition}-{record.Offset}"));
                    break;
                case "time":
                    changes.SetTimestamp(record.Timestamp + 5);
                    break;
                case "headers":
                    changes.SetHeader("h"u8, "2"u8);
                    changes.AddNullHeader("n"u8);
                    break;
                case "bare":
                    changes.RemoveHeader("h"u8);
                    changes.RemoveHeader("none"u8);
                    break;
                case "throw":
                    changes.SetValue("x"u8);
                    throw new InvalidDataException("no good");
                case "odd":
                    return (Verdict)7;
                case "count":
                    changes.SetValue(Encoding.UTF8.GetBytes($"{++_count}"));
                    break;
                case "third":
                    return record.Offset == 12 ? throw new InvalidDataException("the third") : Verdict.Keep;
                case "hang":
                    // What is of the runtime is shared by the test and the plug-in.
                    ((ManualResetEventSlim)AppDomain.CurrentDomain.GetData(
                        nameof(One_that_does_not_come_back_is_waited_for_by_all_its_lanes))!).Wait();
                    break;
            }

            return Verdict.Keep;
        }
    }
}
