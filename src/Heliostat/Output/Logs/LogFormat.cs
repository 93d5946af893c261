using System.Globalization;

namespace Heliostat.Output.Logs;

/// <summary>How the log is written.</summary>
internal enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>A line for people, with its priority before it, as systemd's journal reads it (sd-daemon(3)).</summary>
    Journal,
}

/// <summary>What is right where nobody said how.</summary>
internal static class LogFormats
{
    /// <summary>JSON for who collects the log of a Kubernetes pod, priorities for systemd's journal, else text.</summary>
    public static LogFormat Fitting(bool isTerminal, Func<string, string?> environment, Func<string?> standardError)
    {
        if (isTerminal)
        {
            return LogFormat.Text;
        }

        if (environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 })
        {
            return LogFormat.Json;
        }

        // DEVICE:INODE of the journal's socket; a program that was started with another standard error inherits the variable too.
        return environment("JOURNAL_STREAM")?.Split(':') is [_, var inode]
            && standardError() == string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]")
            ? LogFormat.Journal
            : LogFormat.Text;
    }

    /// <summary>Of this process.</summary>
    public static LogFormat Fitting() => Fitting(Terminal.Error.IsTerminal, Environment.GetEnvironmentVariable, static () =>
    {
        try
        {
            return new FileInfo("/proc/self/fd/2").LinkTarget;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    });
}
