using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>Kafka's producer settings: those of the target cluster.</summary>
internal static class ProducerSettings
{
    private const string JavaClass = "Java classes cannot be loaded; bytes are passed on as they are";
    private const string JavaPartitioner = "records keep their partition, or are placed by key hash (--partitioner)";
    private const string Memory = "reading stops while the target cannot take more; max.block.ms bounds how long it may take to be ready";
    private const string ByteArray = "org.apache.kafka.common.serialization.ByteArraySerializer";

    public static readonly TypedSetting<TimeSpan> TransactionTimeout = Declare.Milliseconds(
        "transaction.timeout.ms", SettingType.Int, 60_000, 1, "How long a transaction of exactly-once may stand before the target aborts it.", since: "0.11.0");

    public static readonly TypedSetting<TimeSpan> DeliveryTimeout = Declare.Milliseconds(
        "delivery.timeout.ms", SettingType.Int, int.MaxValue, 0, "How long one batch may take, retries included, before it counts as failed; 2147483647 means no limit.",
        kafka: "120000", since: "2.1.0");

    public static readonly TypedSetting<int> BatchSize = Declare.Int(
        "batch.size", 262_144, 0, "Batches that are written anew from records grow up to this many bytes; those that pass unopened stay as they are.", kafka: "16384");

    public static readonly TypedSetting<int> MaxRequestSize = Declare.Int(
        "max.request.size", 1_048_576, 0, "The most bytes of one produce request; one larger batch is still sent.");

    public static readonly TypedSetting<int> MaxInFlight = Declare.Int(
        "max.in.flight.requests.per.connection", 5, 1, "How many batches of one lane are on their way at once; order is kept with any number, and more than 5 are never used.");

    public static readonly TypedSetting<CompressionType> CompressionType = Declare.OneOf(
        "compression.type", null, "Compress every batch anew with this codec, which means opening it; when absent, each keeps the codec it has.", ignoreCase: false,
        [("none", Configuration.Options.CompressionType.None), ("gzip", Configuration.Options.CompressionType.Gzip), ("snappy", Configuration.Options.CompressionType.Snappy),
            ("lz4", Configuration.Options.CompressionType.Lz4), ("zstd", Configuration.Options.CompressionType.Zstd)],
        kafka: "none");

    public static readonly TypedSetting<string> Acks = Declare.OneOf(
        "acks", "all", "Every batch is acknowledged by all in-sync replicas; a value that asks for less is granted that, too.", ignoreCase: true,
        [("all", "all"), ("-1", "all"), ("1", "1"), ("0", "0")]);

    public static readonly TypedSetting<bool> EnableIdempotence = Declare.Boolean(
        "enable.idempotence", true, "The producer is always idempotent: nothing is stored twice by a repeated request, and order is kept.", since: "0.11.0");

    public static readonly TypedSetting<int> Retries = Declare.Int(
        "retries", int.MaxValue, 0, "How often a batch whose sending failed is sent again before it counts as failed; delivery.timeout.ms bounds it too.");

    public static readonly TypedSetting<TimeSpan> MaxBlock = Declare.Milliseconds(
        "max.block.ms", SettingType.Long, null, 0,
        "How long the target may take to answer at the start, and to make a topic ready; when absent, ten seconds at the start and no bound later.", kafka: "60000", since: "0.9.0");

    public static readonly TypedSetting<TimeSpan> Linger = Declare.Milliseconds(
        "linger.ms", SettingType.Long, 0, 0,
        "How long small batches may wait for more to be merged with, up to batch.size; 0 merges only what waits for the target anyway.", kafka: "5");

    public static readonly TypedSetting<long> BufferMemory = Declare.Long(
        "buffer.memory", 134_217_728, 0, "The bytes that are held between the clusters; reading stops when they are used up. --memory wins.", kafka: "33554432");

    private static readonly (TypedSetting<int> ReceiveBuffer, IReadOnlyList<Setting> All) Cluster = ClusterSettings.For(kafkaReceiveBuffer: "32768");

    public static TypedSetting<int> ReceiveBuffer => Cluster.ReceiveBuffer;

    public static SettingTable Table { get; } = new(
    [
        .. Cluster.All, DeliveryTimeout, BatchSize, MaxRequestSize, MaxInFlight, CompressionType, Acks, EnableIdempotence, Retries, MaxBlock, Linger,
        BufferMemory, TransactionTimeout,
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
        Declare.Unused("transactional.id", SettingType.String, null, "transactions are for exactly-once, under MirrorMaker 2's own ids", "0.11.0"),
        Declare.Unused("transaction.two.phase.commit.enable", SettingType.Boolean, "false", "the mirror ends its transactions itself", "4.1.0", "false"),
        Declare.Unused("config.providers", SettingType.List, "", "values are taken as they are written", "2.0.0", ""),
        Declare.Unused("block.on.buffer.full", SettingType.Boolean, null, Memory, null, "true"),
        Declare.Unused("metadata.fetch.timeout.ms", SettingType.Long, null, "metadata is asked for until it is there"),
        Declare.Unused("timeout.ms", SettingType.Int, null, "request.timeout.ms took its place"),
        Declare.Unused("producer.type", SettingType.String, "async", "a position is never committed before its acknowledgement, so nothing is gained by waiting for each record", null, "async", "sync"),
        Declare.Unused("metadata.broker.list", SettingType.String, null, "it belongs to the Scala producer; name the brokers in bootstrap.servers"),
        Declare.Unused("request.required.acks", SettingType.String, null, "it belongs to the Scala producer"),
        Declare.Unused("compression.codec", SettingType.String, null, "it belongs to the Scala producer; compression.type took its place"),
        Declare.Unused("serializer.class", SettingType.String, null, "it belongs to the Scala producer"),
    ], [.. ClusterSettings.Families, new SettingFamily("config.providers.", "values are taken as they are written")]);
}
