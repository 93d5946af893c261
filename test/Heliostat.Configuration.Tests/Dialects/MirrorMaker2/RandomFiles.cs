using System.Globalization;
using System.Text;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>Properties files that set few settings in many ways, so that the ways meet.</summary>
internal sealed class RandomFiles(Random random)
{
    private static readonly string[] Aliases = ["A", "B", "C", "us", "us-west", "task", "worker.x", "consumer", "admin"];

    private static readonly string[] Settings =
    [
        "bootstrap.servers", "security.protocol", "ssl.protocol", "ssl.keystore.location", "sasl.jaas.config", "client.id",
        "fetch.min.bytes", "auto.offset.reset", "enable.auto.commit", "acks", "batch.size", "request.timeout.ms", "isolation.level",
        "linger.ms",
    ];

    private static readonly string[] Clients =
    [
        "", "consumer.", "producer.", "admin.", "source.consumer.", "source.producer.", "source.admin.", "target.consumer.",
        "target.producer.", "target.admin.", "producer.override.", "consumer.override.", "source.cluster.", "target.cluster.",
    ];

    private static readonly string[] Others =
    [
        "enabled=true", "enabled=TRUE", "enabled=false", "enabled=yes", "emit.heartbeats.enabled=false", "emit.heartbeats.enabled=true",
        "topics=t.*", "groups=g1, g2", "topics.exclude=", "tasks.max=3", "replication.factor=1", "replication.policy.separator=_",
        "replication.policy.extra=x", "offset.storage.topic=positions", "offset.storage.partitions=5", "offset.storageroom=x",
        "config.storage.topic=configs", "status.storage.replication.factor=1",
        "key.converter=org.apache.kafka.connect.converters.ByteArrayConverter", "header.converter.extra=1",
        "task.shutdown.graceful.timeout.ms=1", "worker.sync.timeout.ms=5", "offset.flush.interval.ms=7", "group.id=grp",
        "use.defaults.from=source", "consumer.poll.timeout.ms=9", "consumerism=1", "administrator=2", "producers.x=3",
        "transforms.t.type=T", "exactly.once.source.support=enabled", "name=renamed", "source.cluster.alias=S", "target.cluster.alias=T",
        "sync.group.offsets.enabled=true", "offset-syncs.topic.location=target", "metric.reporters=",
        "checkpoints.topic.replication.factor=1", "errors.tolerance=all", "offset.storage.replication.factor=1", "admin.timeout.ms=5000",
        "topic.creation.default.partitions=3",
    ];

    public string Next()
    {
        var aliases = Aliases.OrderBy(_ => random.Next()).Take(random.Next(2, 4)).ToArray();
        var file = new StringBuilder("clusters = ").AppendJoin(", ", aliases).Append('\n');
        foreach (var alias in aliases)
        {
            file.Append(CultureInfo.InvariantCulture, $"{alias}.bootstrap.servers={alias}:9092\n");
        }

        for (var i = random.Next(5, 60); i > 0; i--)
        {
            file.Append(Scope(aliases)).Append(random.Next(3) == 0 ? Pick(Others) : Setting()).Append('\n');
        }

        return file.ToString();
    }

    private string Setting()
    {
        var name = Pick(Settings);
        var value = name switch
        {
            "bootstrap.servers" => $"host{random.Next(9)}:9092",
            "security.protocol" => Pick(["PLAINTEXT", "SSL", "SASL_SSL"]),
            "fetch.min.bytes" or "batch.size" or "request.timeout.ms" or "linger.ms" => $"{random.Next(1, 999)}",
            "enable.auto.commit" => "true",
            _ => $"v{random.Next(99)}",
        };
        return $"{Pick(Clients)}{name}={value}";
    }

    private string Scope(string[] aliases)
    {
        var (source, target) = (Pick(aliases), Pick(aliases));
        return random.Next(7) switch
        {
            0 or 1 => "",
            2 or 3 => source + ".",
            4 => "Z.",
            _ when source == target => source + ".",
            _ => $"{source}->{target}."
        };
    }

    private string Pick(string[] words) => words[random.Next(words.Length)];
}
