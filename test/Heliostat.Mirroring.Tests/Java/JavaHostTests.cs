using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Tests.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Java;

/// <summary>Records through a JVM that is played: what is asked when, what comes of answers, and what happens when it ends.</summary>
public sealed class JavaHostTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<FakePipe> _pipes = [];
    private readonly RuleScratch _scratch = new();
    private readonly DecompressionBuffer _buffer = new();
    private readonly ITestOutputHelper _output;
    private readonly JavaHost _host;
    private Func<byte[]>? _answer;
    private Exception? _start;

    public JavaHostTests(ITestOutputHelper output)
    {
        _output = output;
        _host = new JavaHost(Start, TimeSpan.FromSeconds(1), _time, NullLogger.Instance);
    }

    [Theory]
    [InlineData("keep", "kept")]
    [InlineData("drop", "dropped")]
    [InlineData("bad", "t: java.lang.X: no good")]
    [InlineData("x", "k=X [h:null] @1001")]
    public void A_record_becomes_what_the_class_makes_of_it(string value, string becomes) =>
        Assert.Equal(becomes, RuleBench.Through(Rules(), "k", value, headers: ("g", "1")));

    [Fact]
    public void Records_of_a_batch_are_asked_about_together()
    {
        Assert.Equal(["X", "dropped", "kept", "t: java.lang.X: no good", "Y"], Through(Rules(), "x", "drop", "keep", "bad", "y"));

        Assert.Equal([5], _pipes.Single().Asked);
    }

    [Fact]
    public void A_condition_and_what_it_decides_are_asked_about_together()
    {
        JavaClass says = new(JavaClassKind.Predicate, "p");
        var rules = Rules(new RecordCondition.Not(new RecordCondition.Java(says)));

        Assert.Equal(["kept", "dropped", "kept"], Through(rules, "keep", "drop", "keep"));
        Assert.Equal([3, 1], _pipes.Single().Asked);
    }

    [Fact]
    public void Many_records_are_asked_about_in_several_questions()
    {
        var values = Enumerable.Range(0, 10_000).Select(i => $"v{i}").ToArray();

        Assert.Equal(values.Select(value => value.ToUpperInvariant()), Through(Rules(), values));
        Assert.Equal([4096, 4096, 1808], _pipes.Single().Asked);
    }

    [Fact]
    public void An_answer_of_another_lane_is_not_taken()
    {
        var (one, other) = (Rules(), Rules(partition: 4));
        Through(one, "x");

        Assert.Equal(["Y"], Through(other, ["y"], asksAll: false));
    }

    [Fact]
    public void What_ends_is_started_again_and_the_record_that_ends_it_is_found()
    {
        var rules = Rules();
        List<string> seen = [];
        for (var round = 0; round < 12 && seen is not [_, ['t', ..], _]; round++)
        {
            seen = Through(rules, "a", "die", "b");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["A", "t: mine: it ended with 7, 3 times at this record", "B"], seen);
        Assert.All(_pipes.SkipLast(1), pipe => Assert.True(pipe.IsDisposed));
    }

    [Fact]
    public void Behind_a_failure_it_rests_longer_each_time()
    {
        var rules = Rules();
        Through(rules, "die");
        var first = _pipes.Count;
        Through(rules, "die");
        var second = _pipes.Count;
        _time.Advance(TimeSpan.FromSeconds(30));
        Through(rules, "die");

        Assert.True(first == 2 && second == 2 && _pipes.Count > 2, $"{first}, {second}, {_pipes.Count}");
    }

    [Fact]
    public void What_cannot_start_is_no_fault_of_a_record()
    {
        var rules = Rules();
        _start = new JavaException("'java' cannot be started");
        for (var round = 0; round < 10; round++)
        {
            Assert.Equal(["not yet: t: 'java' cannot be started"], Through(rules, "x"));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(TroubleKind.Java, _scratch.Awaits);
        _start = null;
        Assert.Equal(["X"], Through(rules, "x"));
    }

    [Fact]
    public void Without_a_JVM_nothing_is_decided() =>
        Assert.Equal("not yet: t: no JVM runs", RuleBench.Through(RuleBench.Rules(new TransformAction.Java(
            new JavaClass(JavaClassKind.Transform, "mine"))), "k", "v"));

    public static TheoryData<object[]> Hostile() =>
    [
        [(byte)0],
        [(byte)0, 2, (byte)0, (byte)0],
        [(byte)0, 1],
        [(byte)0, 1, (byte)9],
        [(byte)0, 1, (byte)0, (byte)0],
        [(byte)0, 1, (byte)2, int.MaxValue],
        [(byte)0, 1, (byte)2, -1],
        [(byte)0, 1, (byte)2, 1, int.MaxValue, "t"],
        [(byte)0, 1, (byte)2, 1, 1, "t", 0, 0, 0, (byte)0, 1, "k", 1, "v", int.MaxValue],
        [(byte)0, 1, (byte)2, 1, 1, "t", 0, 0, 0, (byte)7, 0],
        [(byte)0, 1, (byte)3, 1, "c", 2, "m"],
        [(byte)7],
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void An_answer_that_is_none_ends_it_and_the_record_waits(object[] answer)
    {
        _answer = () => FakePipe.Bytes(answer);

        Assert.StartsWith("not yet: t: ", Through(Rules(), ["x"], asksAll: false).Single(), StringComparison.Ordinal);
        _answer = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["X"], Through(Rules(), "x"));
    }

    [Fact]
    public void Random_answers_never_get_through()
    {
        var random = Seed.New(_output);
        var rules = Rules();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            byte[] begin = [.. FakePipe.Bytes((byte)0, 1, (byte)random.Next(6)), .. bytes];
            _answer = () => begin;
            Through(rules, ["x"], asksAll: false);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        _scratch.Dispose();
        _buffer.Dispose();
    }

    private FakePipe Start()
    {
        if (_start is not null)
        {
            throw _start;
        }

        _pipes.Add(new FakePipe { Answer = _answer });
        return _pipes[^1];
    }

    private RecordRules Rules(RecordCondition? when = null, int partition = 3)
    {
        var mine = new TransformAction.Java(new JavaClass(JavaClassKind.Transform, "mine"));
        return RecordRules.Of(new TransformChain([new Transform("t", mine) { When = when }], ""), "A.orders", partition,
            java: new JavaLane(_host, "orders"))!;
    }

    private List<string> Through(RecordRules rules, params string[] values) => Through(rules, values, asksAll: true);

    private List<string> Through(RecordRules rules, string[] values, bool asksAll)
    {
        using var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1000, NullableSpan.Null, Encoding.UTF8.GetBytes(value), default);
        }

        var batch = builder.Build().ToArray();
        if (asksAll)
        {
            rules.AskAll(batch, 0, long.MaxValue, _buffer, _scratch);
        }

        List<string> made = [];
        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            var record = RecordView.Of(reader);
            made.Add(rules.Apply(ref record, _scratch) switch
            {
                RuleOutcome.Changed => Encoding.UTF8.GetString(record.Value.Span),
                RuleOutcome.Failed => _scratch.Why,
                RuleOutcome.NotYet => $"not yet: {_scratch.Why}",
                var outcome => $"{outcome}".ToLowerInvariant(),
            });
        }

        return made;
    }
}
