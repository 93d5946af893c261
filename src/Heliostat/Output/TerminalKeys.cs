namespace Heliostat.Output;

/// <summary>What is typed on a terminal.</summary>
internal static class TerminalKeys
{
    /// <summary>Ctrl-D; also what comes, for ever, from a terminal that is gone where the hang-up is ignored (<c>nohup</c>).</summary>
    public const char EndOfInput = '\u0004';

    /// <summary>The keys since the last call, up to the first <see cref="EndOfInput"/>.</summary>
    public static IEnumerable<ConsoleKeyInfo> Pressed()
    {
        while (Console.KeyAvailable)
        {
            var key = Console.ReadKey(intercept: true);
            yield return key;
            if (key.KeyChar == EndOfInput)
            {
                yield break;
            }
        }
    }
}
