using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>The settings that every Kafka client has: how to reach a cluster, and how patient to be with it.</summary>
internal static class ClusterSettings
{
    private const string JavaClass = "Java classes cannot be loaded";
    private const string OwnMetrics = "there is no JMX: progress is on the terminal, in the log and with --json";

    public static readonly TypedSetting<IReadOnlyList<BootstrapServer>> BootstrapServers = Declare.List(
        "bootstrap.servers", null, "Brokers to start from; the rest of the cluster is learnt from them.", Server, "host:port, separated by commas");

    public static readonly TypedSetting<string> ClientId = Declare.String(
        "client.id", "heliostat", "The name in the brokers' request logs, quotas and metrics.", kafka: "");

    public static readonly TypedSetting<SecurityProtocol> SecurityProtocol = Declare.OneOf(
        "security.protocol", "PLAINTEXT", "How brokers are spoken to.", ignoreCase: true,
        [("PLAINTEXT", Options.SecurityProtocol.Plaintext), ("SSL", Options.SecurityProtocol.Ssl),
            ("SASL_PLAINTEXT", Options.SecurityProtocol.SaslPlaintext), ("SASL_SSL", Options.SecurityProtocol.SaslSsl)],
        since: "0.9.0");

    public static readonly TypedSetting<TimeSpan> MetadataMaxAge = Declare.Milliseconds(
        "metadata.max.age.ms", SettingType.Long, 300_000, 0, "How often topics and leaders are looked up when nothing failed.");

    public static readonly TypedSetting<TimeSpan> RequestTimeout = Declare.Milliseconds(
        "request.timeout.ms", SettingType.Int, 30_000, 0, "How long an answer may take before the connection is given up.", since: "0.9.0");

    public static readonly TypedSetting<TimeSpan> ConnectionsMaxIdle = Declare.Milliseconds(
        "connections.max.idle.ms", SettingType.Long, 540_000, long.MinValue, "An unused connection is closed after this; a negative value means never.", since: "0.9.0");

    public static readonly TypedSetting<TimeSpan> ReconnectBackoff = Declare.Milliseconds(
        "reconnect.backoff.ms", SettingType.Long, 50, 0, "The wait before a broker is tried again; it doubles with each failure.");

    public static readonly TypedSetting<TimeSpan> ReconnectBackoffMax = Declare.Milliseconds(
        "reconnect.backoff.max.ms", SettingType.Long, 1000, 0, "The longest wait before a broker is tried again.", since: "0.11.0");

    public static readonly TypedSetting<TimeSpan> RetryBackoff = Declare.Milliseconds(
        "retry.backoff.ms", SettingType.Long, 100, 0, "The wait before a failed request is sent again; it doubles with each failure.");

    public static readonly TypedSetting<TimeSpan> RetryBackoffMax = Declare.Milliseconds(
        "retry.backoff.max.ms", SettingType.Long, 1000, 0, "The longest wait before a failed request is sent again.", since: "3.7.0");

    public static readonly TypedSetting<TimeSpan> ConnectionSetupTimeout = Declare.Milliseconds(
        "socket.connection.setup.timeout.ms", SettingType.Long, 10_000, long.MinValue, "How long an attempt to connect may take.", since: "2.7.0");

    public static readonly TypedSetting<int> SendBuffer = Declare.Int(
        "send.buffer.bytes", -1, -1, "The socket's send buffer; -1 leaves it to the operating system.", kafka: "131072");

    /// <param name="kafkaReceiveBuffer">Kafka's default of <c>receive.buffer.bytes</c>, which differs between its consumer and its producer.</param>
    public static (TypedSetting<int> ReceiveBuffer, IReadOnlyList<Setting> All) For(string kafkaReceiveBuffer)
    {
        var receiveBuffer = Declare.Int(
            "receive.buffer.bytes", -1, -1, "The socket's receive buffer; -1 leaves it to the operating system.", kafka: kafkaReceiveBuffer);
        return (receiveBuffer,
        [
            BootstrapServers, ClientId, SecurityProtocol, MetadataMaxAge, RequestTimeout, ConnectionsMaxIdle, ReconnectBackoff, ReconnectBackoffMax,
            RetryBackoff, RetryBackoffMax, ConnectionSetupTimeout, SendBuffer, receiveBuffer,
            Declare.Unused("socket.connection.setup.timeout.max.ms", SettingType.Long, "30000", "an attempt to connect never takes longer than socket.connection.setup.timeout.ms", "2.7.0"),
            Declare.Unused("client.dns.lookup", SettingType.String, "use_all_dns_ips", "all addresses of a name are always tried", "2.1.0", "use_all_dns_ips", "default"),
            Declare.Unused("metadata.recovery.strategy", SettingType.String, "rebootstrap", "when no known broker answers, the bootstrap servers are always tried again", "3.8.0", "rebootstrap"),
            Declare.Unused("metadata.recovery.rebootstrap.trigger.ms", SettingType.Long, "300000", "when no known broker answers, the bootstrap servers are tried at once", "4.0.0"),
            Declare.Unused("interceptor.classes", SettingType.List, "", JavaClass, "0.10.0", ""),
            Declare.Unused("metric.reporters", SettingType.List, "org.apache.kafka.common.metrics.JmxReporter", OwnMetrics, null, "", "org.apache.kafka.common.metrics.JmxReporter"),
            Declare.Unused("auto.include.jmx.reporter", SettingType.Boolean, "true", OwnMetrics, "3.4.0", "true", "false"),
            Declare.Unused("metrics.num.samples", SettingType.Int, "2", OwnMetrics),
            Declare.Unused("metrics.sample.window.ms", SettingType.Long, "30000", OwnMetrics),
            Declare.Unused("metrics.recording.level", SettingType.String, "INFO", OwnMetrics, "0.10.1"),
            Declare.Unused("enable.metrics.push", SettingType.Boolean, "true", "metrics are not pushed to the brokers", "3.7.0", "false"),
            Declare.Unused("security.providers", SettingType.String, null, JavaClass, "2.4.0"),
        ]);
    }

    /// <summary>Keys that come with transport security.</summary>
    public static IReadOnlyList<SettingFamily> Families { get; } =
    [
        new SettingFamily("ssl.", "security.protocol is PLAINTEXT"),
        new SettingFamily("sasl.", "security.protocol is PLAINTEXT"),
    ];

    private static BootstrapServer Server(string text) => BootstrapServer.TryParse(text, out var server) ? server
        : throw new FormatException($"has an entry that is not host:port: '{text}'");
}
