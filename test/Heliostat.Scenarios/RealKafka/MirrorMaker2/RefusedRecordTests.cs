using System.Text.RegularExpressions;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>Records that a real target refuses: the cause names what lets them in, and it is not undone.</summary>
[Collection(RealClusters.OfFlows)]
public sealed partial class RefusedRecordTests(RealClusters clusters)
{
    private const string NoLimit = "9223372036854775807";

    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    [Theory]
    [KafkaData("4.3.1", "INVALID_TIMESTAMP", "message.timestamp.after.max.ms", NoLimit, "3600000")]
    [KafkaData("4.3.1", "INVALID_TIMESTAMP", "message.timestamp.before.max.ms", NoLimit, "3600000")]
    [KafkaData("4.3.1", "max.message.bytes", "max.message.bytes", "3000000", "20000")]
    [KafkaData("4.3.1", "is smaller (segment.bytes)", "segment.bytes", "1073741824", "1048576")]
    [KafkaData("4.3.1", "INVALID_RECORD", "cleanup.policy", "delete", "compact")]
    public async Task What_lets_a_refused_record_in_is_named_and_not_undone(string kind, string says, string config, string loose,
        string tight)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("refused");
        await pair.Source.Client.CreateTopicAsync(topic, 1,
            new Dictionary<string, string> { ["max.message.bytes"] = "3000000", [config] = loose }, Ct);
        await pair.Source.Client.ProduceAsync(topic, [Refused(config)],
            new Dictionary<string, string> { ["max.request.size"] = "3000000", ["batch.size"] = "3000000" }, Ct);
        await pair.Source.Client.AlterTopicAsync(topic, new Dictionary<string, string> { [config] = tight }, Ct);

        await using var running = RunningFlows.Start(FlowFile.Of(pair, ("topics", topic), ("sync.topic.configs.interval.seconds", "1"),
            ("offset-syncs.topic.location", "target")));
        var program = running.Program;
        await program.RunsUntilAsync("the command that helps to be told", Within,
            _ => Task.FromResult(Command().IsMatch(program.Errors) && program.Errors.Contains("paused=1", StringComparison.Ordinal)), Ct);
        var command = Command().Match(program.Errors);
        Assert.True(program.Errors.Contains(says, StringComparison.Ordinal), program.Errors);
        Assert.Equal($"A.{topic}", command.Groups["topic"].Value);
        Assert.Contains(config, command.Groups["configs"].Value, StringComparison.Ordinal);
        await pair.Target.Client.AlterTopicAsync($"A.{topic}", command.Groups["configs"].Value
            .Split(',').Select(entry => entry.Split('=')).ToDictionary(entry => entry[0], entry => entry[1]), Ct);

        await program.RunsUntilAsync("the record to arrive", Within,
            async ct => (await pair.Target.Client.EndOffsetsAsync($"A.{topic}", ct)).Sum() == 1, Ct);
        await pair.Source.Client.AlterTopicAsync(topic, new Dictionary<string, string> { ["retention.ms"] = "987654321" }, Ct);
        await program.RunsUntilAsync("configs to be synced", Within,
            _ => Task.FromResult(program.Errors.Contains("retention.ms = 987654321, as on the source", StringComparison.Ordinal)), Ct);
        Assert.Equal(0, await running.StopAsync(Ct));

        Assert.DoesNotMatch($"{Regex.Escape(config)} = {tight}, as on the source", program.Errors);
        Assert.DoesNotContain($"{config} back to the default", program.Errors, StringComparison.Ordinal);
    }

    private static KafkaRecord Refused(string config) => config switch
    {
        "message.timestamp.after.max.ms" =>
            KafkaRecord.Of("k", "late", 0, TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds()),
        "message.timestamp.before.max.ms" =>
            KafkaRecord.Of("k", "old", 0, TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds()),
        "max.message.bytes" => KafkaRecord.Of("k", new string('x', 50_000), 0),
        "segment.bytes" => KafkaRecord.Of("k", new string('x', 1_200_000), 0),
        _ => KafkaRecord.Of(null, "no key", 0),
    };

    [GeneratedRegex(@"kafka-configs\.sh --bootstrap-server \S+ --alter --entity-type topics --entity-name (?<topic>\S+) --add-config (?<configs>[^\s"";]+)")]
    private static partial Regex Command();
}
