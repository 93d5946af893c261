using System.Text.Json;
using Heliostat.Protocol.Messages;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Scenarios.RealKafka.MirrorMaker2;
using Heliostat.Scenarios.RealKafka.TopicSides;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// A principal without any right: <c>heliostat plan</c> names what it lacks, and who pastes its commands has a mirror that nothing is
/// refused to.
/// </summary>
public sealed class RightsTests : IDisposable
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new("rights");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_commands_of_a_plan_give_all_that_is_needed()
    {
        await using var secured = await SecuredClusters.StartEmbeddedAsync(Ct, authorized: true);
        await TryAsync(secured, exactlyOnce: true);
    }

    [KafkaTheory(Slow = true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task They_do_on_Kafka(bool exactlyOnce)
    {
        await using var secured = await SecuredClusters.StartKafkaAsync(Ct, authorized: true);
        await TryAsync(secured, exactlyOnce);
    }

    private async Task TryAsync(SecuredClusters secured, bool exactlyOnce)
    {
        var topic = ClusterPair.Name("orders");
        await using var a = new AdminSide(secured.Pair.Source, "A");
        await using var b = new AdminSide(secured.Pair.Target, "B");
        await a.CreateAsync(topic, 2);
        await secured.Pair.Source.Client.GenerateAsync(topic, new() { Count = 100, Partitions = 2 }, Ct);
        var file = FlowFile.Of(
            secured.Pair,
            [
                ("topics", "orders.*"), ("emit.heartbeats.enabled", "true"), ("A->B.sync.group.offsets.enabled", "true"),
                .. exactlyOnce ? Turns.ExactlyOnce : [], .. secured.Lines("source", "SASL_PLAINTEXT PLAIN").Select(line => ("A." + line.Key,
                    line.Value)), .. secured.Lines("target", "SASL_SSL PLAIN").Select(line => ("B." + line.Key, line.Value)),
            ]).Write(_folder);

        var lacking = await PlanAsync(file, 4);
        Assert.Contains(lacking,
            right => right.Resource == "topics 'orders*'" && right.Lacks.SequenceEqual(["READ", "DESCRIBE", "DESCRIBE_CONFIGS"]));
        foreach (var right in lacking)
        {
            var rules = Rules(right.Command!);
            Assert.All(await (right.Cluster == "A" ? a : b).Admin.CreateAclsAsync(rules, Ct),
                result => Assert.Equal(ErrorCode.None, result.ErrorCode));
        }

        await Eventually.ValueAsync("the rules to count", Within, _ => PlanAsync(file, null), rights => rights.Count == 0, Ct);
        await using var run = HeliostatProcess.Start(["run", file]);
        await run.RunsUntilAsync("all to be mirrored, heartbeats too", Within,
            async ct => await CountAsync(secured, "A." + topic, ct) == 100 && await CountAsync(secured, "A.heartbeats", ct) > 0, Ct);
        Assert.Equal(0, await run.StopAsync(Ct));

        Assert.DoesNotContain("AUTHORIZATION_FAILED", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("authorized", run.Errors, StringComparison.Ordinal);
        Canaries.StayHidden(run.Errors, SecuredClusters.Password);
        Assert.Empty(await PlanAsync(file, 0));
    }

    private static async Task<long> CountAsync(SecuredClusters secured, string topic, CancellationToken ct)
    {
        try
        {
            return (await secured.Pair.Target.Client.ReadAsync(topic, new() { Uncommitted = false }, ct)).Sum(partition => partition.Count);
        }
        catch (Exception notYet) when (notYet is not OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>The rights that are missing; both flows of the file may lack the same.</summary>
    private static async Task<IReadOnlyList<Right>> PlanAsync(string file, int? exitCode)
    {
        var outcome = await HeliostatProcess.RunAsync(["plan", "--json", file], Within, Ct);
        Canaries.StayHidden(outcome.Output + outcome.Errors, SecuredClusters.Password);
        Assert.True(exitCode is null || outcome.ExitCode == exitCode, $"ended with {outcome.ExitCode}: {outcome.Errors}{outcome.Output}");
        using var json = JsonDocument.Parse(outcome.Output);
        return
        [
            .. json.RootElement.GetProperty("flows")
                .EnumerateArray().SelectMany(flow => flow.GetProperty("rights").EnumerateArray()).Select(right => new Right(
                    right.GetProperty("cluster").GetString()!, right.GetProperty("resource").GetString()!,
                    [.. right.GetProperty("lacks").EnumerateArray().Select(name => name.GetString()!)],
                    right.GetProperty("command").GetString())).Where(right => right.Lacks.Length > 0),
        ];
    }

    /// <summary>What <c>kafka-acls.sh</c> makes of a command.</summary>
    private static AclCreation[] Rules(string command)
    {
        var words = command.Split(' ');
        string? After(string option) => Array.IndexOf(words, option) is >= 0 and var at ? words[at + 1].Trim('\'') : null;
        var (type, name) = After("--topic") is { } topic ? (ResourceType.Topic, topic)
            : After("--group") is { } group ? (ResourceType.Group, group)
            : After("--transactional-id") is { } id ? (ResourceType.TransactionalId, id)
            : (ResourceType.Cluster, "kafka-cluster");
        return
        [
            .. words.Index().Where(word => word.Item == "--operation").Select(word => new AclCreation
            {
                ResourceType = type,
                ResourceName = name,
                ResourcePatternType = After("--resource-pattern-type") == "prefixed" ? PatternType.Prefixed : PatternType.Literal,
                Principal = After("--allow-principal")!,
                Host = "*",
                Operation = Enum.Parse<AclOperation>(words[word.Index + 1]),
                PermissionType = AclPermission.Allow,
            }),
        ];
    }

    private sealed record Right(string Cluster, string Resource, string[] Lacks, string? Command);
}
