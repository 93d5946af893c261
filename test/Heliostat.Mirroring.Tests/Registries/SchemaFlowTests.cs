using System.Buffers.Binary;
using System.Text;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Tests.Flows;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Registries;

/// <summary>Flows between clusters whose registries give other ids.</summary>
public sealed class SchemaFlowTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private FlowBench _bench = null!;
    private FakeRegistry _source = null!;
    private FakeRegistry _target = null!;

    public async Task InitializeAsync()
    {
        _bench = await FlowBench.StartAsync("A", "B");
        _source = await FakeRegistry.StartAsync(hasModes: false);
        _target = await FakeRegistry.StartAsync(firstId: 100, hasModes: false);
        await _bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Each_record_is_read_by_the_targets_registry_also_of_schemas_that_come_while_it_runs()
    {
        await LoadAsync(_source.Add("orders-value", "\"one\""), "one");
        await _bench.RunUntilAsync(Settings(), "both to arrive", async snapshot =>
        {
            if (await _bench.RecordsAsync("B", "A.orders") == 1 && _source.Versions("orders-value") == "v1=1")
            {
                await LoadAsync(_source.Add("orders-value", "\"two\""), "two");
            }

            return await _bench.RecordsAsync("B", "A.orders") == 2 && snapshot.Flows[0].Schemas is { Schemas: 2, Registered: 2 };
        });

        Assert.Equal(["\"one\" one", "\"two\" two"], await DecodedAsync());
        Assert.True(await IsEqualAsync());
    }

    [Fact]
    public async Task Behind_a_crash_what_was_delivered_is_known_by_its_other_ids()
    {
        var id = _source.Add("orders-value", "\"one\"");
        for (var life = 1; life <= 2; life++)
        {
            for (var i = 0; i < 50; i++)
            {
                await LoadAsync(id, $"{life}-{i}");
            }

            await _bench.CrashAsync($"{Settings()}\nB.offset.flush.interval.ms = 3600000", "A.orders", life * 50);
        }

        Assert.Equal(100, (await DecodedAsync()).Distinct().Count());
    }

    [Fact]
    public async Task A_record_of_no_schema_stops_its_lane_and_one_whose_registry_is_away_waits()
    {
        await LoadAsync(_source.Add("orders-value", "\"one\""), "one");
        await LoadAsync(77, "nobody's");
        await _bench.RunUntilAsync(Settings(), "the lane to stop", snapshot => Task.FromResult(
            snapshot.Flows[0].Lanes.Paused.Any(lane => $"{lane}".Contains("schema id 77, which the source's registry does not know",
                StringComparison.Ordinal))));
        await _bench.RunUntilAsync($"{Settings()}\nA->B.heliostat.schemas.unknown = pass", "it to pass",
            async _ => await _bench.RecordsAsync("B", "A.orders") == 2);
        await LoadAsync(_source.Add("orders-value", "\"two\""), "two");
        _target.IsDown = true;
        await _bench.RunUntilAsync(Settings(), "the flow to wait",
            snapshot => Task.FromResult(snapshot.Flows[0].Cause?.Contains("schema registry", StringComparison.Ordinal) == true));
        _target.IsDown = false;
        await _bench.RunUntilAsync(Settings(), "it to go on", async _ => await _bench.RecordsAsync("B", "A.orders") == 3);

        Assert.Equal(["\"one\" one", "? nobody's", "\"two\" two"], await DecodedAsync());
    }

    private static byte[] Value(int id, string text)
    {
        var bytes = new byte[5 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), id);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(5));
        return bytes;
    }

    private string Settings() => $"""
        A->B.enabled = true
        A->B.heliostat.schemas = translate
        A->B.heliostat.schemas.interval.ms = 600000
        A.schema.registry.url = {_source.Url}
        B.schema.registry.url = {_target.Url}
        """;

    private Task LoadAsync(int id, string text) => _bench.Client("A")
        .ProduceAsync("orders", [KafkaRecord.Of("key", "", 0) with { Value = Value(id, text) }], new Dictionary<string, string>(), Ct);

    private async Task<IEnumerable<string>> DecodedAsync()
    {
        var there = await _bench.Client("B").ReadAsync("A.orders", new() { Records = true }, Ct);
        return there[0].Records.Select(record =>
            $"{_target.Text(BinaryPrimitives.ReadInt32BigEndian(record.Value.AsSpan(1))) ?? "?"} "
                + $"{Encoding.UTF8.GetString(record.Value.AsSpan(5))}");
    }

    private async Task<bool> IsEqualAsync()
    {
        var report = await new Verification(TimeProvider.System, NullLoggerFactory.Instance).RunAsync(_bench.File(Settings()).Flows[0],
            new AuditSettings(), [], Ct);
        return report.Verdict == AuditVerdict.Equal && report.Lanes[0].To == 2;
    }
}
