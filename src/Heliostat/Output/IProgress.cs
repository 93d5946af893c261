namespace Heliostat.Output;

/// <summary>What a running mirror shows of itself; each call looks at it once.</summary>
internal interface IProgress
{
    /// <summary>One line of at most <paramref name="width"/> characters that is written over and over on a terminal.</summary>
    string Live(int width);

    /// <summary>Lines for a log, each with whose it is.</summary>
    IEnumerable<(string Subject, string Text)> Lines();

    /// <summary>One JSON object.</summary>
    string Json();

    /// <summary>What was done in all.</summary>
    string Totals();
}
