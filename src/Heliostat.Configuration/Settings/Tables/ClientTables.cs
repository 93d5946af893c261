using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>The settings that each client knows, transport security included.</summary>
internal static class ClientTables
{
    private static readonly SettingTable Consumer = WithSecurity(ConsumerSettings.Table);
    private static readonly SettingTable Producer = WithSecurity(ProducerSettings.Table);

    public static SettingTable Of(ClientRole role) => role switch
    {
        ClientRole.SourceConsumer or ClientRole.TargetConsumer => Consumer,
        ClientRole.DataProducer or ClientRole.SourceProducer or ClientRole.TargetProducer => Producer,
        ClientRole.SourceAdmin or ClientRole.TargetAdmin => AdminSettings.Table,
        _ => WorkerSettings.Table,
    };

    private static SettingTable WithSecurity(SettingTable table) => new(
        [.. table.Settings, .. SecuritySettings.Table.Settings.Where(s => table.Find(s.Key) is null)],
        [.. table.Families.Where(f => f.Prefix is not ("ssl." or "sasl."))]);
}
