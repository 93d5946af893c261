namespace Heliostat.Output;

/// <summary>What a running mirror shows of itself; each call looks at it once.</summary>
internal interface IProgress
{
    /// <summary>One line that is written over and over on a terminal.</summary>
    string Live();

    /// <summary>Lines for a log.</summary>
    IEnumerable<string> Lines();

    /// <summary>One JSON object.</summary>
    string Json();

    /// <summary>The last line.</summary>
    string End();
}
