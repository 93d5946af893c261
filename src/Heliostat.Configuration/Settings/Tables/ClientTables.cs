using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>The settings that each client knows, transport security included.</summary>
internal static class ClientTables
{
    /// <summary>
    /// The consumer's file of MirrorMaker 1, and what the quick form says about its source: what has no other place is in it too.
    /// </summary>
    public static SettingTable MirrorSource { get; } = WithProviders([.. ConsumerSettings.Table.Settings, .. LossSettings.All]);

    /// <summary>The producer's file of MirrorMaker 1, and what the quick form says about its target.</summary>
    public static SettingTable MirrorTarget { get; } = WithProviders(ProducerSettings.Table.Settings);

    /// <summary>What a client of MirrorMaker 2 knows.</summary>
    public static SettingTable Of(ClientRole role) => role switch
    {
        ClientRole.SourceConsumer or ClientRole.TargetConsumer => ConsumerSettings.Table,
        ClientRole.DataProducer or ClientRole.SourceProducer or ClientRole.TargetProducer => ProducerSettings.Table,
        ClientRole.SourceAdmin or ClientRole.TargetAdmin => AdminSettings.Table,
        _ => WorkerSettings.Table,
    };

    /// <summary>A file of its own has providers of its own (KIP-421).</summary>
    private static SettingTable WithProviders(IEnumerable<Setting> settings) => new(
        [.. settings.Where(s => s.Key != DriverSettings.ConfigProviders.Key), DriverSettings.ConfigProviders],
        [new SettingFamily("config.providers.", "")]);
}
