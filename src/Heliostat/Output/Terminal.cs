using Heliostat.Configuration;

namespace Heliostat.Output;

/// <summary>
/// Standard error, shared by log lines and one status line that is written over and over at the bottom while it is a terminal.
/// </summary>
internal sealed class Terminal(TextWriter writer, bool isTerminal)
{
    private const string ClearLine = "\r\u001b[K";

    private readonly Lock _gate = new();
    private string _status = "";

    /// <summary>A terminal that cannot move its cursor counts as a file.</summary>
    public static Terminal Error { get; } = new(Console.Error,
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb");

    /// <summary>For who wants to hear nothing.</summary>
    public static Terminal Silent { get; } = new(TextWriter.Null, isTerminal: false);

    public bool IsTerminal => isTerminal;

    /// <summary>Characters that fit in a line; the last column stays free, where some terminals would begin a new line.</summary>
    public static int Width => Math.Max(Console.WindowWidth - 1, 20);

    public void WriteLine(string line)
    {
        lock (_gate)
        {
            writer.Write(_status.Length > 0 ? $"{ClearLine}{line}{Environment.NewLine}{_status}" : line + Environment.NewLine);
            writer.Flush();
        }
    }

    /// <summary>Why the program cannot start, one line for each reason.</summary>
    public void Problems(IEnumerable<ConfigurationProblem> problems)
    {
        foreach (var problem in problems)
        {
            WriteLine($"heliostat: {problem}");
        }
    }

    /// <summary>Replaces the status line; an empty one takes it away.</summary>
    public void Status(string status)
    {
        lock (_gate)
        {
            _status = WrappedText.Fit(status, Width);
            writer.Write(ClearLine + _status);
            writer.Flush();
        }
    }
}
