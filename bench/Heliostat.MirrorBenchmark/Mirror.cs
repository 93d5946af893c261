using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.MirrorBenchmark;

/// <summary>One of the programs that are compared: how it is configured and started.</summary>
internal sealed record Mirror(string Title, Func<MirrorTask, IReadOnlyList<string>> Prepare)
{
    /// <summary>The program itself, also where another build is measured.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "heliostat.dll");

    /// <summary>Null for the relay, which knows nothing of Kafka.</summary>
    public static Mirror? Named(string name) => name.Split('=') switch
    {
        [Relay.Command] => null,
        ["mm1"] => new("MM1 3.9.1", Mm1),
        ["mm2"] => new("MM2 " + KafkaDistribution.Require().Version, Mm2),
        ["run"] => new("Heliostat run", task => Run(task, "")),
        ["run", var setting] when setting.Split(':') is [var key, var value] =>
            new($"Heliostat run, {key} = {value}", task => Run(task, $"{key} = {value}")),
        ["heliostat"] => new("Heliostat", task => Heliostat(AppContext.BaseDirectory, task)),
        ["heliostat", var folder] =>
            new("Heliostat " + Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), task => Heliostat(folder, task)),
        _ => throw new ArgumentException($"unknown mirror '{name}': relay, mm1, mm2, run and heliostat are known"),
    };

    private static List<string> Mm1(MirrorTask task) =>
        [KafkaDistribution.Require("3.9.1").Tool("kafka-mirror-maker.sh"), .. MirrorMaker1Arguments(task)];

    private static List<string> Heliostat(string folder, MirrorTask task) =>
        ["dotnet", Path.Combine(folder, "heliostat.dll"), "mirror-maker", .. MirrorMaker1Arguments(task), .. task.Api];

    /// <summary>The same two files and options for MM1 and for Heliostat in its place.</summary>
    private static List<string> MirrorMaker1Arguments(MirrorTask task)
    {
        var consumer = task.File("consumer.properties", $"""
            bootstrap.servers={task.Source}
            group.id={task.Group}
            auto.offset.reset=earliest
            {task.SourceLines("")}
            """);
        var producer = task.File("producer.properties", $"""
            bootstrap.servers={task.Target}
            compression.type={task.Codec}
            batch.size=262144
            linger.ms=5
            {task.TargetLines("")}
            """);
        return ["--consumer.config", consumer, "--producer.config", producer, "--num.streams", "2", "--include", task.Topic];
    }

    private static List<string> Mm2(MirrorTask task) =>
        [KafkaDistribution.Require().Tool("connect-mirror-maker.sh"), MirrorMaker2File(task, "tasks.max=2")];

    /// <summary>
    /// Heliostat in MirrorMaker 2's place, with one setting more: as many slots as it has by itself, fences and all duties.
    /// </summary>
    private static List<string> Run(MirrorTask task, string setting) =>
    [
        "dotnet", Path.Combine(AppContext.BaseDirectory, "heliostat.dll"), "run", MirrorMaker2File(task, setting), "--api", "none"
    ];

    private static string MirrorMaker2File(MirrorTask task, string setting)
    {
        // MM2 keeps its positions by source alias and topic: under a new alias each run begins at the beginning.
        var a = task.Group;
        return task.File("mm2.properties", $"""
            clusters={a},B
            {a}.bootstrap.servers={task.Source}
            B.bootstrap.servers={task.Target}
            {a}->B.enabled=true
            B->{a}.enabled=false
            B->{a}.emit.heartbeats.enabled=false
            {a}->B.emit.heartbeats.enabled=false
            {a}->B.emit.checkpoints.enabled=false
            {a}->B.sync.topic.configs.enabled=false
            {a}->B.sync.topic.acls.enabled=false
            {a}->B.topics={task.Topic}
            replication.policy.class=org.apache.kafka.connect.mirror.IdentityReplicationPolicy
            replication.factor=1
            offset-syncs.topic.replication.factor=1
            {setting}
            B.offset.storage.replication.factor=1
            B.config.storage.replication.factor=1
            B.status.storage.replication.factor=1
            {a}.consumer.fetch.max.bytes=52428800
            {a}.consumer.max.partition.fetch.bytes=4194304
            {a}.consumer.max.poll.records=5000
            B.producer.compression.type={task.Codec}
            B.producer.batch.size=262144
            B.producer.linger.ms=5
            B.producer.buffer.memory=67108864
            {task.SourceLines(a + ".")}
            {task.TargetLines("B.")}
            """);
    }
}

/// <summary>What a mirror has to do in one run.</summary>
internal sealed record MirrorTask(TemporaryFolder Folder, string Source, string Target, string Topic, string Codec)
{
    /// <summary>How to speak to the source, each line after a prefix.</summary>
    public required Func<string, string> SourceLines { get; init; }

    /// <summary>How to speak to the target, each line after a prefix.</summary>
    public required Func<string, string> TargetLines { get; init; }

    /// <summary>Where Heliostat serves its API, as options of its command line; nowhere for none.</summary>
    public IReadOnlyList<string> Api { get; init; } = [];

    public string Group { get; } = $"benchmark-{Guid.NewGuid():N}";

    public string File(string name, string text)
    {
        var file = Folder.File(name);
        System.IO.File.WriteAllText(file, text + "\n");
        return file;
    }
}
