using System.Globalization;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Options;
using Heliostat.Protocol.Compression;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>Kafka's producer settings: those of the target cluster.</summary>
internal static class ProducerSettings
{
    private const string JavaClass = "Java classes cannot be loaded; bytes are passed on as they are";
    private const string JavaPartitioner = "records keep their partition, or are placed by key hash (--partitioner)";
    private const string Memory = "reading stops while the target cannot take more; max.block.ms bounds how long it may take to be ready";
    private const string ByteArray = "org.apache.kafka.common.serialization.ByteArraySerializer";

    public static readonly OptionTable<TargetOptions> Options = new(new TargetOptions { Client = ClusterSettings.Options.Defaults });

    public static readonly TypedSetting<int> MaxInFlight = Options.Declare(
        "max.in.flight.requests.per.connection", Kinds.Int(1), o => o.Producer.MaxInFlight,
        (o, v) => o with { Producer = o.Producer with { MaxInFlight = Math.Min(v, ProducerOptions.MostInFlight) } },
        "How many batches of one lane are on their way at once; order is kept with any number, and more than 5 are never used.");

    public static readonly TypedSetting<CompressionCodec> CompressionType = Options.DeclareEmpty(
        "compression.type",
        Kinds.OneOf(
            ignoreCase: false, ("none", CompressionCodec.None), ("gzip", CompressionCodec.Gzip), ("snappy", CompressionCodec.Snappy),
            ("lz4", CompressionCodec.Lz4),
            ("zstd", CompressionCodec.Zstd)),
        null, (o, v) => o with { Codec = v },
        "Compress every batch anew with this codec, which means opening it; when absent, each keeps the codec it has.", kafka: "none");

    public static readonly TypedSetting<string> Acks = Declare.Setting(
        "acks", Kinds.OneOf(ignoreCase: true, ("all", "all"), ("-1", "all"), ("1", "1"), ("0", "0")), "all",
        "Every batch is acknowledged by all in-sync replicas; a value that asks for less is granted that, too.");

    public static readonly TypedSetting<bool> EnableIdempotence = Declare.Setting(
        "enable.idempotence", Kinds.Boolean, "true",
        "The producer is always idempotent: nothing is stored twice by a repeated request, and order is kept.", "0.11.0");

    public static readonly TypedSetting<long> BufferMemory = Options.DeclareEmpty(
        "buffer.memory", Kinds.Long(0), MemoryBudget.DefaultBytes.ToString(CultureInfo.InvariantCulture),
        (o, v) => o with { BufferMemoryBytes = Math.Max(v, MemoryBudget.LeastBytes) },
        "The bytes that are held between the clusters; reading stops when they are used up. --memory wins.", kafka: "33554432");

    public static SettingTable Table { get; } = new(
    [
        .. ClusterSettings.For(kafkaReceiveBuffer: "32768"), .. SecuritySettings.Keys, MaxInFlight, CompressionType, Acks,
        EnableIdempotence, BufferMemory, Options.Declare(
            "delivery.timeout.ms", Kinds.TimeOrNoLimit(), o => o.Producer.DeliveryTimeout,
            (o, v) => o with { Producer = o.Producer with { DeliveryTimeout = v } },
            "How long one batch may take, retries included, before it counts as failed; 2147483647 means no limit.", "2.1.0", "120000"),
        Options.Declare(
            "transaction.timeout.ms", Kinds.Milliseconds(SettingType.Int, 1), o => o.Producer.TransactionTimeout,
            (o, v) => o with { Producer = o.Producer with { TransactionTimeout = v } },
            "How long a transaction of exactly-once may stand before the target aborts it.", "0.11.0"),
        Options.Declare(
            "batch.size", Kinds.Int(0), o => o.BatchBytes, (o, v) => o with { BatchBytes = v },
            "Batches that are written anew from records grow up to this many bytes; those that pass unopened stay as they are.",
            kafka: "16384"),
        Options.Declare(
            "max.request.size", Kinds.Int(0), o => o.Producer.MaxRequestBytes,
            (o, v) => o with { Producer = o.Producer with { MaxRequestBytes = v } },
            "The most bytes of one produce request; one larger batch is still sent."),
        Options.Declare(
            "retries", Kinds.Int(0), o => o.Producer.Retries, (o, v) => o with { Producer = o.Producer with { Retries = v } },
            "How often a batch whose sending failed is sent again before it counts as failed; delivery.timeout.ms bounds it too."),
        Options.DeclareEmpty(
            "max.block.ms", Kinds.Milliseconds(SettingType.Long, 0), null, (o, v) => o with { MaxBlock = v },
            "How long the target may take to answer at the start, and to make a topic ready; when absent, ten seconds at the start and no "
                + "bound later.", "0.9.0", "60000"),
        Options.Declare(
            "linger.ms", Kinds.Milliseconds(SettingType.Long, 0), o => o.Linger, (o, v) => o with { Linger = v },
            "How long small batches may wait for more to be merged with, up to batch.size; 0 merges only what waits for the target anyway.",
            kafka: "5"),
        Declare.Unused("compression.gzip.level", SettingType.Int, "-1", "the codec's default level is used", "3.8.0"),
        Declare.Unused("compression.lz4.level", SettingType.Int, "9", "the codec's default level is used", "3.8.0"),
        Declare.Unused("compression.zstd.level", SettingType.Int, "3", "the codec's default level is used", "3.8.0"),
        Declare.Unused("partitioner.class", SettingType.Class, null, JavaPartitioner, "0.9.0"),
        Declare.Unused("partitioner.adaptive.partitioning.enable", SettingType.Boolean, "true", JavaPartitioner, "3.3.0"),
        Declare.Unused("partitioner.availability.timeout.ms", SettingType.Long, "0", JavaPartitioner, "3.3.0"),
        Declare.Unused("partitioner.ignore.keys", SettingType.Boolean, "false", JavaPartitioner, "3.3.0", "false"),
        Declare.Unused("key.serializer", SettingType.Class, null, JavaClass, null, ByteArray),
        Declare.Unused("value.serializer", SettingType.Class, null, JavaClass, null, ByteArray),
        Declare.Unused("metadata.max.idle.ms", SettingType.Long, "300000", "topics are watched for as long as they are mirrored", "2.5.0"),
        Declare.Unused("transactional.id", SettingType.String, null, "transactions are for exactly-once, under MirrorMaker 2's own ids",
            "0.11.0"),
        Declare.Unused("transaction.two.phase.commit.enable", SettingType.Boolean, "false", "the mirror ends its transactions itself",
            "4.1.0", "false"),
        Declare.Unused("config.providers", SettingType.List, "", "providers are taken from the top level", "2.0.0", ""),
        Declare.Unused("block.on.buffer.full", SettingType.Boolean, null, Memory, null, "true"),
        Declare.Unused("metadata.fetch.timeout.ms", SettingType.Long, null, "metadata is asked for until it is there"),
        Declare.Unused("timeout.ms", SettingType.Int, null, "request.timeout.ms took its place"),
        Declare.Unused("producer.type", SettingType.String, "async",
            "a position is never committed before its acknowledgement, so nothing is gained by waiting for each record", null, "async",
            "sync"),
        Declare.Unused("metadata.broker.list", SettingType.String, null,
            "it belongs to the producer of Kafka 0.8; name the brokers in bootstrap.servers"),
        Declare.Unused("request.required.acks", SettingType.String, null, "it belongs to the producer of Kafka 0.8"),
        Declare.Unused("compression.codec", SettingType.String, null,
            "it belongs to the producer of Kafka 0.8; compression.type took its place"),
        Declare.Unused("serializer.class", SettingType.String, null, "it belongs to the producer of Kafka 0.8"),
    ], [new SettingFamily("config.providers.", "providers are taken from the top level")]);
}
