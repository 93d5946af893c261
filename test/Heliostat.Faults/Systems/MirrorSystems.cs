using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Systems;

/// <summary>
/// All that can be compared, with the same settings where both have them: positions every second, topics looked at every five. All that
/// is not said is as it comes.
/// </summary>
internal static class MirrorSystems
{
    public const string MirrorMaker1Version = "3.9.1";

    public static IReadOnlyList<MirrorSystem> All { get; } =
    [
        new("heliostat", "`heliostat run`, with a file of MirrorMaker 2's", "H.", (job, folder) =>
            [.. Heliostat, "run", Flow(folder, job, "H", "H-to", []), "--api", "none"]),
        new("heliostat-eos", "the same with `exactly.once.source.support = enabled`", "X.", (job, folder) =>
            [.. Heliostat, "run", Flow(folder, job, "X", "X-to", ExactlyOnce("X-to")), "--api", "none"]),
        new("heliostat-group", "`heliostat mirror`: positions in a group of the source, as MirrorMaker 1 keeps them", "Q.", (job, _) =>
        [
            .. Heliostat, "mirror", "--from", job.Source, "--to", job.Target, "--topics", job.Topic, "--from-alias", "Q",
            "--group", $"{job.Topic}-quick", "--commit-interval", "1s",
            .. Group.Concat(job.Login).SelectMany(p => new[] { "--consumer-property", $"{p.Key}={p.Value}" }),
            .. job.Login.SelectMany(p => new[] { "--producer-property", $"{p.Key}={p.Value}" }),
        ]),
        new("mm2", "MirrorMaker 2, dedicated mode", "A.", (job, folder) =>
            [KafkaDistribution.Require().Tool("connect-mirror-maker.sh"), Flow(folder, job, "A", "A-to", Connect(job, "A", "A-to"))]),
        new("mm1", $"MirrorMaker 1 of {MirrorMaker1Version}", "", (job, folder) =>
            [KafkaDistribution.Require(MirrorMaker1Version).Tool("kafka-mirror-maker.sh"), .. MirrorMaker1Options(folder, job)]),
    ];

    private static string[] Heliostat => ["dotnet", HeliostatProcess.Program];

    private static Dictionary<string, string> Group =>
        new() { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "1000", ["metadata.max.age.ms"] = "5000" };

    private static (string Key, string Value)[] ExactlyOnce(string target) => [($"{target}.exactly.once.source.support", "enabled")];

    /// <summary>What only Connect has, and what lets its workers start within seconds and speak with each other.</summary>
    private static (string Key, string Value)[] Connect(MirrorJob job, string from, string to) =>
    [
        ("config.storage.replication.factor", $"{job.Replicas}"), ("status.storage.replication.factor", $"{job.Replicas}"),
            ("plugin.discovery", "service_load"), ($"{to}.plugin.discovery", "service_load"),
        ("dedicated.mode.enable.internal.rest", "true"), ("listeners", "http://127.0.0.1:0"),
        ($"{to}.config.storage.topic", $"{job.Topic}-{from}-configs"), ($"{to}.status.storage.topic", $"{job.Topic}-{from}-status"),
    ];

    private static string Flow(TemporaryFolder folder, MirrorJob job, string from, string to, IEnumerable<(string Key, string Value)> more)
    {
        var replicas = $"{job.Replicas}";
        var settings = new Dictionary<string, string>
        {
            ["clusters"] = $"{from}, {to}",
            [$"{from}.bootstrap.servers"] = job.Source,
            [$"{to}.bootstrap.servers"] = job.Target,
            [$"{from}->{to}.enabled"] = "true",
            ["topics"] = job.Topic,
            ["groups"] = "none",
            ["emit.heartbeats.enabled"] = "false",
            ["emit.checkpoints.enabled"] = "false",
            ["replication.factor"] = replicas,
            ["offset-syncs.topic.replication.factor"] = replicas,
            ["offset.storage.replication.factor"] = replicas,
            ["refresh.topics.interval.seconds"] = "5",
            [$"{to}.offset.flush.interval.ms"] = "1000",

            // Each scene has a flow of its own, with nothing left from the one before.
            [$"{to}.group.id"] = $"{job.Topic}-{from}",
            [$"{to}.offset.storage.topic"] = $"{job.Topic}-{from}-offsets",
        };
        var logins = job.Login.SelectMany(login => new[] { from, to }.Select(alias => ($"{alias}.{login.Key}", login.Value)));
        foreach (var (key, value) in more.Concat(job.Settings.Select(setting => (setting.Key, setting.Value))).Concat(logins))
        {
            settings[key] = value;
        }

        var file = folder.File("mm2.properties");
        File.WriteAllLines(file, settings.Select(setting => $"{setting.Key} = {setting.Value}"));
        return file;
    }

    private static string[] MirrorMaker1Options(TemporaryFolder folder, MirrorJob job)
    {
        var consumer = folder.File("consumer.properties");
        var producer = folder.File("producer.properties");
        File.WriteAllLines(consumer,
        [
            $"bootstrap.servers={job.Source}", $"group.id={job.Topic}-mm1", "auto.offset.reset=earliest", "isolation.level=read_committed",
            .. Group.Concat(job.Login).Select(p => $"{p.Key}={p.Value}"),
        ]);
        File.WriteAllLines(producer,
            [$"bootstrap.servers={job.Target}", "acks=all", "metadata.max.age.ms=5000", .. job.Login.Select(p => $"{p.Key}={p.Value}")]);
        return
        [
            "--consumer.config", consumer, "--producer.config", producer, "--include", job.Topic, "--offset.commit.interval.ms", "1000",
        ];
    }
}
