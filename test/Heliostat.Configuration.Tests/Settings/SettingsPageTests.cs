using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Settings;

/// <summary><c>HELIOSTAT_UPDATE=1</c> writes the page anew.</summary>
public sealed class SettingsPageTests
{
    private static string PageFile => RepositoryFolder.File("docs/settings.md");

    [Fact]
    public void The_page_of_settings_is_what_the_tables_say()
    {
        var now = SettingsPage.Write();

        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllText(PageFile, now);
        }

        Assert.Equal(File.ReadAllLines(PageFile), now.TrimEnd('\n').Split('\n'));
    }
}
