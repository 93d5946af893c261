using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>
/// A value that cannot be, for each setting of a flow that does not take any text; those of security count for clusters, not for flows.
/// </summary>
public sealed class BadValueTests
{
    private const string Bad = "(no:such, value";

    /// <summary>By its key.</summary>
    public static TheoryData<string> Keys => new([.. Settings.Keys]);

    private static Dictionary<string, Setting> Settings =>
        SourceConnectorSettings.Table.Settings.Concat(CheckpointConnectorSettings.Table.Settings)
            .Concat(HeartbeatConnectorSettings.Table.Settings)
            .Where(setting => setting is { NoEffect: null, RemovedIn: null } && setting.Check(Bad) is not null
                && !SecuritySettings.Table.Settings.Contains(setting))
            .GroupBy(setting => setting.Key).ToDictionary(alike => alike.Key, alike => alike.First());

    [Theory]
    [MemberData(nameof(Keys))]
    public void One_message_names_key_and_line_and_what_would_be_right(string key)
    {
        var errors = Configurations.GoodWith($"A->B.{key} = {Bad}").Errors.Lines().ToList();

        var error = Assert.Single(errors);
        Assert.StartsWith($"5: A->B.{key}: ", error, StringComparison.Ordinal);
        Assert.True(error.Length - error.IndexOf(Bad, StringComparison.Ordinal) > Bad.Length + 15, error);
    }
}
