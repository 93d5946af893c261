using System.Net;
using Heliostat.Client;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>The settings that every Kafka client has: how to reach a cluster, and how patient to be with it.</summary>
internal static class ClusterSettings
{
    private const string JavaClass = "Java classes cannot be loaded";
    private const string OwnMetrics = "there is no JMX: metrics are for Prometheus, where --metrics or heliostat.metrics.listeners says";

    public static readonly OptionTable<ClientOptions> Options = new(new ClientOptions { Cluster = "", BootstrapServers = [] });

    public static readonly TypedSetting<IReadOnlyList<DnsEndPoint>> BootstrapServers = Options.DeclareEmpty(
        "bootstrap.servers", Kinds.ListOfSome(Bootstrap.Parse, Bootstrap.Text, "host:port, separated by commas"), null,
        (o, v) => o with { BootstrapServers = v },
        "Brokers of the cluster to start from; the rest are found through them.");

    public static readonly TypedSetting<string> ClientId = Options.Declare(
        "client.id", Kinds.String, o => o.ClientId, (o, v) => o with { ClientId = v },
        "The name in the brokers' request logs, quotas and metrics.", kafka: "");

    public static readonly TypedSetting<SecurityProtocol> SecurityProtocol = Declare.Setting(
        "security.protocol",
        Kinds.OneOf(
            ignoreCase: true, ("PLAINTEXT", Configuration.Options.SecurityProtocol.Plaintext),
            ("SSL", Configuration.Options.SecurityProtocol.Ssl),
            ("SASL_PLAINTEXT", Configuration.Options.SecurityProtocol.SaslPlaintext),
            ("SASL_SSL", Configuration.Options.SecurityProtocol.SaslSsl)),
        "PLAINTEXT", "How brokers are spoken to.", "0.9.0");

    public static readonly TypedSetting<TimeSpan> RequestTimeout = Options.Declare(
        "request.timeout.ms", Kinds.Timer(SettingType.Int), o => o.RequestTimeout, (o, v) => o with { RequestTimeout = v },
        "How long an answer may take before the connection is given up; the first time 10 s at most, then twice as long each time.",
        "0.9.0");

    /// <summary>What every client knows, Connect's worker too.</summary>
    private static readonly Setting[] Everyones =
    [
        Options.Declare(
            "metadata.max.age.ms", Kinds.Timer(SettingType.Long), o => o.MetadataMaxAge, (o, v) => o with { MetadataMaxAge = v },
            "How often topics and leaders are looked up when nothing failed."),
        RequestTimeout,
        Options.Declare(
            "connections.max.idle.ms", Kinds.TimerOrNever(SettingType.Long), o => o.ConnectionsMaxIdle,
            (o, v) => o with { ConnectionsMaxIdle = v },
            "An unused connection is closed after this; a negative value means never.", "0.9.0"),
        Options.Declare(
            "reconnect.backoff.ms", Kinds.Milliseconds(SettingType.Long, 0), o => o.ReconnectBackOff,
            (o, v) => o with { ReconnectBackOff = v },
            "The wait before a broker is tried again; it doubles with each failure."),
        Options.Declare(
            "reconnect.backoff.max.ms", Kinds.Milliseconds(SettingType.Long, 0), o => o.ReconnectBackOffMax,
            (o, v) => o with { ReconnectBackOffMax = v },
            "The longest wait before a broker is tried again.", "0.11.0"),
        Options.Declare(
            "retry.backoff.ms", Kinds.Milliseconds(SettingType.Long, 0), o => o.RetryBackOff, (o, v) => o with { RetryBackOff = v },
            "The wait before a failed request is sent again; it doubles with each failure."),
        Options.Declare(
            "retry.backoff.max.ms", Kinds.Timer(SettingType.Long), o => o.RetryBackOffMax, (o, v) => o with { RetryBackOffMax = v },
            "The longest wait before a failed request is sent again.", "3.7.0"),
        Options.Declare(
            "socket.connection.setup.timeout.ms", Kinds.Timer(SettingType.Long, long.MinValue), o => o.ConnectTimeout,
            (o, v) => o with { ConnectTimeout = v },
            "How long an attempt to connect may take.", "2.7.0"),
        Options.Declare(
            "send.buffer.bytes", Kinds.Int(-1), o => o.Buffers.SendBytes, (o, v) => o with { Buffers = o.Buffers with { SendBytes = v } },
            "The socket's send buffer; -1 leaves it to the operating system.", kafka: "131072"),
        Declare.Unused("socket.connection.setup.timeout.max.ms", SettingType.Long, "30000",
            "an attempt to connect never takes longer than socket.connection.setup.timeout.ms", "2.7.0"),
        Declare.Unused("client.dns.lookup", SettingType.String, "use_all_dns_ips", "all addresses of a name are always tried", "2.1.0",
            "use_all_dns_ips", "default"),
        Declare.Unused("metadata.recovery.strategy", SettingType.String, "rebootstrap",
            "when no known broker answers, the bootstrap servers are always tried again", "3.8.0", "rebootstrap"),
        Declare.Unused("metadata.recovery.rebootstrap.trigger.ms", SettingType.Long, "300000",
            "when no known broker answers, the bootstrap servers are tried at once", "4.0.0"),
        Declare.Unused("metric.reporters", SettingType.List, "org.apache.kafka.common.metrics.JmxReporter", OwnMetrics, null, "",
            "org.apache.kafka.common.metrics.JmxReporter"),
        Declare.Unused("metrics.num.samples", SettingType.Int, "2", OwnMetrics),
        Declare.Unused("metrics.sample.window.ms", SettingType.Long, "30000", OwnMetrics),
        Declare.Unused("metrics.recording.level", SettingType.String, "INFO", OwnMetrics, "0.10.1"),
    ];

    /// <summary>What every client knows, Connect's worker too.</summary>
    /// <param name="kafkaReceiveBuffer">Kafka's default of <c>receive.buffer.bytes</c>, which is another for each kind of client.</param>
    public static IEnumerable<Setting> Common(string kafkaReceiveBuffer) =>
    [
        .. Everyones,
        Options.Declare(
            "receive.buffer.bytes", Kinds.Int(-1), o => o.Buffers.ReceiveBytes,
            (o, v) => o with { Buffers = o.Buffers with { ReceiveBytes = v } },
            "The socket's receive buffer; -1 leaves it to the operating system.", kafka: kafkaReceiveBuffer),
    ];

    /// <summary>What every client of a user knows.</summary>
    /// <param name="kafkaReceiveBuffer">As in <see cref="Common"/>.</param>
    public static IEnumerable<Setting> For(string kafkaReceiveBuffer) =>
    [
        BootstrapServers, ClientId, SecurityProtocol, .. Common(kafkaReceiveBuffer),
        Declare.Unused("interceptor.classes", SettingType.List, "", JavaClass, "0.10.0", ""),
        Declare.Unused("auto.include.jmx.reporter", SettingType.Boolean, "true", OwnMetrics, "3.4.0", "true", "false"),
        Declare.Unused("enable.metrics.push", SettingType.Boolean, "true", "metrics are not pushed to the brokers", "3.7.0", "false"),
        Declare.Unused("security.providers", SettingType.String, null, JavaClass, "2.4.0"),
    ];
}
