namespace Heliostat.Configuration.Settings.Tables;

/// <summary>Kafka's <c>AdminClientConfig</c>: those who ask and alter.</summary>
internal static class AdminSettings
{
    public static SettingTable Table { get; } = new(
    [
        .. ClusterSettings.For(kafkaReceiveBuffer: "65536").Where(s =>
            s.Key is not ("interceptor.classes" or "bootstrap.servers" or "security.protocol")), .. SecuritySettings.Table.Settings,
        Declare.Unused("bootstrap.controllers", SettingType.List, "", "controllers are reached through the brokers", "3.7", ""),
        Declare.Unused("default.api.timeout.ms", SettingType.Int, "60000",
            "admin.timeout.ms bounds what is asked for at the start, and what fails later is repeated", "2.0"),
        Declare.Unused("retries", SettingType.Int, "2147483647", "what fails is repeated until admin.timeout.ms has passed", null,
            "2147483647"),
        DriverSettings.ConfigProviders,
    ], [new SettingFamily("config.providers.", "providers are taken from the top level"), new SettingFamily("metrics.context.",
        "there is no JMX: metrics are for Prometheus, where --metrics or heliostat.metrics.listeners says")]);
}
