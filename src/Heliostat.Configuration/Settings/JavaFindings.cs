using Heliostat.Client.Authentication.Jaas;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// What becomes of the options that people pass to a JVM: what counts here too is a notice, what had an effect there and has none here a
/// warning.
/// </summary>
internal static class JavaFindings
{
    public static void Report(JavaEnvironment java, Findings findings)
    {
        foreach (var option in java.Options)
        {
            if (option.Use == JavaOptionUse.Taken)
            {
                findings.Notice(option.Variable, $"{option.Name}: {option.Note}");
            }
            else if (option.Use == JavaOptionUse.WithoutEffect)
            {
                findings.Warning(option.Variable, $"{option.Name} has no effect: {option.Note}");
            }
        }
    }
}
